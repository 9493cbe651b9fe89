using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>What a project is, is published as or refers to beside its model is not what its plan depends on.</summary>
public sealed class ProjectKindTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private static readonly string[] NoSearch = ["-p:AbsSearchMode=cached", "-p:AbsWorkerAssembly=/nowhere/worker.dll"];

    [Theory]
    [InlineData("-r", "linux-x64", "--no-self-contained")]
    [InlineData("-r", "win-x64", "--no-self-contained")]
    [InlineData("-r", "linux-x64", "--self-contained")]
    [InlineData("-r", "linux-x64", "--self-contained", "-p:PublishSingleFile=true")]
    public async Task Publishing_for_a_runtime_takes_the_plan_of_the_build(params string[] arguments)
    {
        var project = await feed.AcceptedCopyAsync();
        await File.WriteAllTextAsync(Path.Combine(project.Folder, "Program.cs"), "System.Console.WriteLine();");
        var published = Path.Combine(project.Folder, "..", "published");

        // An application host of another system, and what trims, would come from afar.
        (await DotNet.RunAsync(project.Folder, project.Variables, ["publish", "-c", "Debug", "-o", published, .. arguments, .. NoSearch, "-p:OutputType=Exe", .. arguments[1] == "win-x64" ? ["-p:UseAppHost=false"] : Array.Empty<string>()])).Succeeded();

        Assert.Equal(await File.ReadAllBytesAsync(project.Plan), await File.ReadAllBytesAsync(Path.Combine(published, "abs", "tiny.plan.json")));
        Assert.True(File.Exists(Path.Combine(published, "abs", "tiny.weights.zip")));
        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached", "-p:OutputType=Exe")).Succeeded();
    }

    [Theory]
    [InlineData("Microsoft.NET.Sdk.Web")]
    [InlineData("Microsoft.NET.Sdk.Worker")]
    [InlineData("Microsoft.NET.Sdk.Razor")]
    public async Task Snapshots_are_neither_copied_nor_published(string sdk)
    {
        var project = await feed.AcceptedCopyAsync();
        var file = Path.Combine(project.Folder, "Tiny.csproj");

        // The SDK of workers uses namespaces of a package that is not here.
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file))
            .Replace("Sdk=\"Microsoft.NET.Sdk\"", $"Sdk=\"{sdk}\"", StringComparison.Ordinal)
            .Replace("</Project>", "<ItemGroup><Using Remove=\"Microsoft.Extensions.Configuration;Microsoft.Extensions.DependencyInjection;Microsoft.Extensions.Hosting;Microsoft.Extensions.Logging\" /></ItemGroup></Project>", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(project.Folder, "appsettings.json"), "{}");
        var published = Path.Combine(project.Folder, "..", "published");

        (await DotNet.RunAsync(project.Folder, project.Variables, ["publish", "-c", "Debug", "-o", published, "-p:OutputType=Library", .. NoSearch])).Succeeded();

        Assert.True(File.Exists(project.Verified));
        Assert.True(File.Exists(Path.Combine(published, "appsettings.json")));
        Assert.True(File.Exists(Path.Combine(published, "abs", "tiny.plan.json")));
        Assert.Empty(new[] { published, Path.Combine(project.Folder, "bin") }.SelectMany(folder => Directory.EnumerateFiles(folder, "*.verified.json", SearchOption.AllDirectories)));
    }

    [Fact]
    public async Task A_package_counts_where_the_model_uses_it()
    {
        const string Package = "NJsonSchema.Annotations";
        var project = await feed.AcceptedCopyAsync();
        var file = Path.Combine(project.Folder, "Tiny.csproj");
        var version = Path.GetFileName(Directory.EnumerateDirectories(Path.Combine(Built.PackageFolder, Package.ToLowerInvariant())).First());
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("<PackageReference Include=\"AbsBuildTasks\"", $"<PackageReference Include=\"{Package}\" Version=\"{version}\" />\n    <PackageReference Include=\"AbsBuildTasks\"", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(project.Folder, "Other.cs"), "public class Other { public object Make() => new NJsonSchema.Annotations.JsonSchemaDateAttribute(); }");
        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).Succeeded();

        var network = Path.Combine(project.Folder, "TinyNetwork.cs");
        await File.WriteAllTextAsync(network, (await File.ReadAllTextAsync(network)).Replace("using var scope", "_ = new Other().Make();\n        using var scope", StringComparison.Ordinal));
        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).FailedWith("ABS5002");

        var outcome = (await project.BuildWithoutWorkerAsync("-t:AbsFingerprint")).Succeeded();
        Assert.Contains($"    package:{Package} is new", outcome.Output, StringComparison.Ordinal);
    }
}
