using System.IO.Compression;
using System.Text.RegularExpressions;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Plans and weights go wherever their model's assembly goes.</summary>
[Collection(BuildCollection.Name)]
public sealed partial class FlowTests(PackedFeed feed)
{
    private static readonly string[] Files = ["tiny.plan.json", "tiny.weights.zip"];

    [Fact]
    public async Task An_application_that_references_the_project_runs_the_network_as_it_was_evaluated()
    {
        var project = await feed.AcceptedCopyAsync();
        var app = project.AddSibling("App");

        (await DotNet.RunAsync(app, project.Variables, "build")).Succeeded();

        Assert.Equal(Files, FilesIn(Path.Combine(app, "bin", "Debug", "net10.0", "abs")));
        var run = await DotNet.RunAsync(app, project.Variables, "run", "--no-build", "--", project.Folder);
        var match = Metrics().Match(run.Output);
        Assert.True(match.Success, run.Output);
        Assert.Equal(match.Groups["stated"].Value, match.Groups["loaded"].Value);

        (await DotNet.RunAsync(app, project.Variables, "clean")).Succeeded();
        Assert.Empty(FilesIn(Path.Combine(app, "bin", "Debug", "net10.0", "abs")));
    }

    [Fact]
    public async Task Publishing_the_project_or_an_application_takes_plan_and_weights_along()
    {
        var project = await feed.AcceptedCopyAsync();
        var app = project.AddSibling("App");

        foreach (var folder in new[] { project.Folder, app })
        {
            (await DotNet.RunAsync(folder, project.Variables, "publish", "-c", "Debug", "-p:TinyTorch=none", "-p:AbsSearchMode=off")).Succeeded();
            Assert.Equal(Files, FilesIn(Path.Combine(folder, "bin", "Debug", "net10.0", "publish", "abs")));
        }
    }

    [Fact]
    public async Task The_projects_package_brings_plan_and_weights_to_the_output_of_who_references_it()
    {
        var project = await feed.AcceptedCopyAsync();
        var app = project.AddSibling("App");
        var packages = Path.Combine(app, "packages");

        (await DotNet.RunAsync(project.Folder, project.Variables, "pack", "-c", "Debug", "-p:NoWarn=NU5104", "-p:TinyTorch=none", "-p:AbsSearchMode=off", "-o", packages)).Succeeded();
        await using (var package = await ZipFile.OpenReadAsync(Path.Combine(packages, "Tiny.1.0.0.nupkg")))
        {
            Assert.Equal(Files.Select(file => "contentFiles/any/any/abs/" + file), package.Entries.Select(entry => entry.FullName).Where(name => name.Contains("abs/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }

        (await DotNet.RunAsync(app, project.Variables, "publish", "-c", "Debug", "-p:TinyPackage=true", "-p:RestoreAdditionalProjectSources=" + packages)).Succeeded();
        Assert.Equal(Files, FilesIn(Path.Combine(app, "bin", "Debug", "net10.0", "abs")));
        Assert.Equal(Files, FilesIn(Path.Combine(app, "bin", "Debug", "net10.0", "publish", "abs")));
    }

    [Fact]
    public async Task Two_models_of_one_name_do_not_overwrite_each_other()
    {
        var project = await feed.AcceptedCopyAsync();
        var app = project.AddSibling("App");
        var other = Directory.CreateDirectory(Path.Combine(app, "..", "Other")).FullName;
        await File.WriteAllTextAsync(Path.Combine(other, "Other.csproj"), """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""");
        var plans = Directory.CreateDirectory(Path.Combine(other, "bin", "Debug", "net10.0", "abs")).FullName;
        File.Copy(project.Plan, Path.Combine(plans, "tiny.plan.json"));
        await File.WriteAllTextAsync(Path.Combine(app, "Directory.Build.targets"), """<Project><ItemGroup><ProjectReference Include="../Other/Other.csproj" /></ItemGroup></Project>""");
        (await DotNet.RunAsync(app, project.Variables, "build", "-p:TinyTorch=none", "-p:AbsSearchMode=off")).Succeeded();

        await File.AppendAllTextAsync(Path.Combine(plans, "tiny.plan.json"), " ");

        (await DotNet.RunAsync(app, project.Variables, "build", "-p:TinyTorch=none", "-p:AbsSearchMode=off")).FailedWith("ABS1010");
    }

    [GeneratedRegex("stated (?<stated>[0-9.]+), loaded (?<loaded>[0-9.]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Metrics();

    private static string[] FilesIn(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
        : [];
}
