using System.Text.RegularExpressions;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Applications that do nothing but load weights: what they take along, trimmed and compiled to native code, too.</summary>
public sealed class LoaderTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    // The tests bring libtorch themselves: half a gigabyte less to copy.
    private static readonly string[] NoSearch = ["-c", "Debug", "-p:TinyTorch=none", "-p:AbsSearchMode=off", "-p:AbsEnabled=true"];

    [Fact]
    public async Task They_get_neither_the_decoding_of_images_for_linux_nor_anything_else_that_only_a_search_needs()
    {
        var project = await feed.AcceptedCopyAsync();
        var app = project.AddSibling("Loader");

        (await DotNet.RunAsync(app, project.Variables, ["publish", "-o", "published", .. NoSearch])).Succeeded();

        var files = FilesIn(Path.Combine(app, "published"));
        Assert.Contains("AbsBuildTasks.Load.dll", files);
        Assert.DoesNotContain(files, file => file.StartsWith("runtimes/linux", StringComparison.Ordinal) && file.Contains("Skia", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_search_stays_private_they_run_with_the_small_package_alone()
    {
        var project = await feed.AcceptedCopyAsync();
        var app = project.AddSibling("Loader");
        var file = Path.Combine(project.Folder, "Tiny.csproj");
        const string Reference = "<PackageReference Include=\"AbsBuildTasks\" Version=\"$(AbsVersion)\" />";
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains(Reference, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text.Replace(
            Reference,
            Reference.Replace(" />", $" PrivateAssets=\"{PrivateAssets()}\" />", StringComparison.Ordinal) + Reference.Replace("AbsBuildTasks", "AbsBuildTasks.Load", StringComparison.Ordinal),
            StringComparison.Ordinal));

        (await DotNet.RunAsync(app, project.Variables, ["publish", "-o", "published", .. NoSearch])).Succeeded();

        var published = Path.Combine(app, "published");
        Assert.Equal(["AbsBuildTasks.Load.dll", "AbsBuildTasks.Plans.dll"], FilesIn(published).Where(name => name.StartsWith("AbsBuildTasks", StringComparison.Ordinal) && name.EndsWith(".dll", StringComparison.Ordinal)));
        await AssertLoadsAsync(project, app, published, "Loader.dll");
    }

    [NativeFact]
    public async Task Trimmed_and_compiled_to_native_code_they_compute_the_same()
    {
        var project = await feed.AcceptedCopyAsync();
        var app = project.AddSibling("Loader");

        foreach (var kind in new[] { "PublishTrimmed", "PublishAot" })
        {
            var published = Path.Combine(app, kind);
            var outcome = await DotNet.RunAsync(app, project.Variables, ["publish", "-r", "linux-x64", "-o", published, $"-p:{kind}=true", $"-p:CppCompilerAndLinker={NativeFactAttribute.Linker}", .. NoSearch]);

            // TorchSharp and what it depends on are not written for it, and say so in one line each.
            Assert.True(outcome.ExitCode == 0, outcome.Output);
            Assert.All(outcome.Warnings, warning => Assert.DoesNotContain("AbsBuildTasks", warning.Message, StringComparison.Ordinal));
            Assert.DoesNotContain(FilesIn(published), name => name.Contains("Skia", StringComparison.Ordinal) || name.Contains("Search", StringComparison.Ordinal));
            await AssertLoadsAsync(project, app, published, "Loader");
        }
    }

    /// <summary>A published application computes what an ordinary build of it does.</summary>
    private static async Task AssertLoadsAsync(FixtureProject project, string app, string published, string program)
    {
        var usual = Path.Combine(app, "usual");
        if (!Directory.Exists(usual))
        {
            (await DotNet.RunAsync(app, project.Variables, ["publish", "-o", usual, .. NoSearch])).Succeeded();
        }

        var expected = await RunAsync(project, usual, "Loader.dll");
        Assert.Matches(@"^(-?[0-9.E-]+ ?){4}$", expected);
        Assert.Equal(expected, await RunAsync(project, published, program));
    }

    private static async Task<string> RunAsync(FixtureProject project, string folder, string program)
    {
        // Beside the program, as a whole publish would have put them.
        foreach (var library in Directory.EnumerateFiles(Path.Combine(Built.PackageFolder, "libtorch-cpu-linux-x64", "2.10.0", "runtimes", "linux-x64", "native")))
        {
            var link = Path.Combine(folder, Path.GetFileName(library));
            if (!Path.Exists(link))
            {
                File.CreateSymbolicLink(link, library);
            }
        }

        return program.EndsWith(".dll", StringComparison.Ordinal)
            ? (await DotNet.RunAsync(folder, project.Variables, Path.Combine(folder, program))).Output.Trim()
            : (await DotNet.RunProgramAsync(Path.Combine(folder, program))).Output.Trim();
    }

    /// <summary>What docs/applications.md says to write.</summary>
    private static string PrivateAssets() => Assert.Single(Regex.Matches(Repository.Read("docs/applications.md"), "PrivateAssets=\"([^\"]+)\"").Select(match => match.Groups[1].Value).Distinct());

    private static string[] FilesIn(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
}
