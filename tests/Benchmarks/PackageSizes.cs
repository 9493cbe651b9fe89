using System.Diagnostics;

namespace AbsBuildTasks.Benchmarks;

/// <summary>
/// What packages weigh, and what an application gets that references a model project: of these sources and, in the same run,
/// of those of another commit.
/// </summary>
internal static class PackageSizes
{
    private static readonly string[] Projects = ["AbsBuildTasks.Plans", "AbsBuildTasks.Load", "AbsBuildTasks.Search", "AbsBuildTasks", "AbsBuildTasks.Cli"];

    private static readonly (string Title, string[] Options)[] Publishes =
    [
        ("publish", []),
        ("publish for linux-x64", ["-r", "linux-x64", "--no-self-contained"]),
    ];

    /// <summary>Measures.</summary>
    /// <param name="commit">The commit to compare with; null for none.</param>
    public static void Measure(string? commit)
    {
        var folder = Directory.CreateTempSubdirectory("abs-packages-").FullName;
        try
        {
            var columns = new List<(string Title, Dictionary<string, double> Sizes)>();
            if (commit is not null)
            {
                var earlier = Directory.CreateDirectory(Path.Combine(folder, "earlier")).FullName;
                Run(Repository.Root, "git", "archive", "--output", Path.Combine(folder, "earlier.tar"), commit);
                Run(earlier, "tar", "xf", Path.Combine(folder, "earlier.tar"));
                columns.Add((commit, Of(earlier, Path.Combine(folder, "before"), "0.0.1")));
            }

            columns.Add(("now", Of(Repository.Root, Path.Combine(folder, "after"), "0.0.2")));
            Console.WriteLine($"{"KB",-44}{string.Concat(columns.Select(column => $"{column.Title,12}"))}");
            foreach (var name in columns.SelectMany(column => column.Sizes.Keys).Distinct())
            {
                Console.WriteLine($"{name,-44}{string.Concat(columns.Select(column => column.Sizes.TryGetValue(name, out var size) ? FormattableString.Invariant($"{size / 1000,12:0}") : $"{"-",12}"))}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Dictionary<string, double> Of(string sources, string folder, string version)
    {
        var feed = Directory.CreateDirectory(Path.Combine(folder, "feed")).FullName;
        foreach (var project in Projects.Where(project => Directory.Exists(Path.Combine(sources, "src", project))))
        {
            Run(sources, "dotnet", "pack", Path.Combine("src", project), "-c", "Release", "-o", feed, "--artifacts-path", Path.Combine(folder, "artifacts"), "-m:1", $"-p:Version={version}", "-p:RunAnalyzers=false");
        }

        var sizes = Directory.GetFiles(feed, "*.nupkg").Order(StringComparer.Ordinal).ToDictionary(
            file => Path.GetFileNameWithoutExtension(file).Replace("." + version, "", StringComparison.Ordinal),
            file => (double)new FileInfo(file).Length);
        Write(Path.Combine(folder, "Model"), "Model.csproj", $"""<ItemGroup><PackageReference Include="AbsBuildTasks" Version="{version}" /></ItemGroup>""", "public class Model;");
        var app = Write(Path.Combine(folder, "App"), "App.csproj", """<PropertyGroup><OutputType>Exe</OutputType></PropertyGroup><ItemGroup><ProjectReference Include="../Model/Model.csproj" /></ItemGroup>""", "public static class App { public static void Main() => System.Console.WriteLine(new Model()); }");
        foreach (var (title, options) in Publishes)
        {
            var published = Path.Combine(folder, title);
            Run(app, "dotnet", [
                "publish", "-c", "Release", "-o", published, "-m:1", .. options,
                $"-p:RestoreAdditionalProjectSources={feed}", $"-p:RestorePackagesPath={Path.Combine(folder, "packages")}", $"-p:RestoreFallbackFolders={Packages}"]);
            foreach (var (part, size) in Directory.EnumerateFiles(published, "*", SearchOption.AllDirectories).GroupBy(PartOf, file => new FileInfo(file).Length, (part, lengths) => (part, lengths.Sum())).OrderBy(pair => pair.part, StringComparer.Ordinal))
            {
                sizes.Add($"{title}: {part}", size);
            }
        }

        return sizes;
    }

    private static string Packages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    // libtorch itself is left out: each application brings the one that it wants.
    private static string PartOf(string file) =>
        file.Contains("Skia", StringComparison.Ordinal) ? "decoding of images"
        : file.Contains("orch", StringComparison.Ordinal) ? "TorchSharp"
        : Path.GetFileName(file).StartsWith("AbsBuildTasks", StringComparison.Ordinal) ? "AbsBuildTasks"
        : "the rest";

    private static string Write(string folder, string project, string content, string code)
    {
        _ = Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, project), $"""<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>{content}</Project>""");
        File.WriteAllText(Path.Combine(folder, "Code.cs"), code);

        // Of the repository's own settings none is meant for it.
        File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), "<Project />");
        return folder;
    }

    private static void Run(string folder, string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(output);
        }
    }
}
