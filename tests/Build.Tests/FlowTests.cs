using System.IO.Compression;
using System.Text.RegularExpressions;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Plans and weights go wherever their model's assembly goes.</summary>
public sealed partial class FlowTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Output = "bin/Debug/net10.0/abs";
    private static readonly string[] Files = ["tiny.plan.json", "tiny.weights.zip"];

    // Builds that are not about torch, nor about searching.
    private static readonly string[] NoSearch = ["-c", "Debug", "-p:TinyTorch=none", "-p:AbsSearchMode=off"];

    [Fact]
    public async Task An_application_that_references_the_project_runs_the_network_as_it_was_evaluated()
    {
        var project = await feed.AcceptedCopyAsync();
        var app = project.AddSibling("App");

        (await DotNet.RunAsync(app, project.Variables, "build")).Succeeded();

        AssertSame(project, Path.Combine(app, Output));
        var run = await DotNet.RunAsync(app, project.Variables, "run", "--no-build", "--", project.Folder);
        var match = Metrics().Match(run.Output);
        Assert.True(match.Success, run.Output);
        Assert.Equal(match.Groups["stated"].Value, match.Groups["loaded"].Value);

        (await DotNet.RunAsync(app, project.Variables, "clean")).Succeeded();
        Assert.Empty(FilesIn(Path.Combine(app, Output)));
    }

    [Fact]
    public async Task Publishing_the_project_or_an_application_takes_plan_and_weights_along()
    {
        var project = await feed.AcceptedCopyAsync();
        var app = project.AddSibling("App");

        foreach (var folder in new[] { project.Folder, app })
        {
            (await DotNet.RunAsync(folder, project.Variables, ["publish", .. NoSearch])).Succeeded();
            AssertSame(project, Path.Combine(folder, "bin/Debug/net10.0/publish/abs"));
        }
    }

    [Fact]
    public async Task A_graph_build_and_what_follows_it_without_a_build_take_them_along()
    {
        var project = await feed.AcceptedCopyAsync();
        var app = project.AddSibling("App");
        (await DotNet.RunAsync(app, project.Variables, ["build", "-graph", .. NoSearch])).Succeeded();
        AssertSame(project, Path.Combine(app, Output));

        // Other settings, so that a build would search, and without a worker fail.
        string[] noBuild = ["--no-build", "-c", "Debug", "-p:TinyTorch=none", "-p:TinyTrainEpochs=3", "-p:AbsWorkerAssembly=/nowhere/worker.dll"];
        (await DotNet.RunAsync(app, project.Variables, ["publish", .. noBuild])).Succeeded();
        AssertSame(project, Path.Combine(app, "bin/Debug/net10.0/publish/abs"));
        (await DotNet.RunAsync(project.Folder, project.Variables, ["pack", .. noBuild, "-p:NoWarn=NU5104"])).Succeeded();
        AssertSame(project, Unpack(Path.Combine(project.Folder, "bin", "Debug", "Tiny.1.0.0.nupkg")));
    }

    [Fact]
    public async Task A_test_project_finds_them_also_without_a_build()
    {
        var project = await feed.AcceptedCopyAsync();
        var tests = project.AddSibling("Checks");
        (await DotNet.RunAsync(tests, project.Variables, ["build", .. NoSearch])).Succeeded();

        var outcome = (await DotNet.RunAsync(tests, project.Variables, "test", "--no-build", "-c", "Debug", "-p:TinyTrainEpochs=3", "-p:AbsWorkerAssembly=/nowhere/worker.dll")).Succeeded();

        Assert.Contains("Passed:     1", outcome.Output, StringComparison.Ordinal);
        AssertSame(project, Path.Combine(tests, Output));
    }

    [Fact]
    public async Task Publishing_and_packing_without_a_plan_warn()
    {
        var project = new FixtureProject(feed);

        var packed = await DotNet.RunAsync(project.Folder, project.Variables, ["pack", .. NoSearch, "-p:NoWarn=NU5104"]);
        var published = await DotNet.RunAsync(project.Folder, project.Variables, ["publish", "--no-build", .. NoSearch]);

        foreach (var outcome in new[] { packed, published })
        {
            Assert.Equal(0, outcome.ExitCode);
            var warning = Assert.Single(outcome.Warnings);
            Assert.Equal("ABS4014", warning.Code);
            Assert.Contains("no plan of AbsModel 'tiny' in bin/Debug/net10.0/abs", warning.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_projects_package_brings_plan_and_weights_to_the_output_of_who_references_it()
    {
        var project = await feed.AcceptedCopyAsync();
        var app = project.AddSibling("App");
        var packages = Path.Combine(app, "packages");

        (await DotNet.RunAsync(project.Folder, project.Variables, ["pack", .. NoSearch, "-p:NoWarn=NU5104", "-o", packages])).Succeeded();
        AssertSame(project, Unpack(Path.Combine(packages, "Tiny.1.0.0.nupkg")));

        (await DotNet.RunAsync(app, project.Variables, "publish", "-c", "Debug", "-p:TinyPackage=true", "-p:RestoreAdditionalProjectSources=" + packages)).Succeeded();
        AssertSame(project, Path.Combine(app, Output));
        AssertSame(project, Path.Combine(app, "bin/Debug/net10.0/publish/abs"));
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
        (await DotNet.RunAsync(app, project.Variables, ["build", .. NoSearch])).Succeeded();

        await File.AppendAllTextAsync(Path.Combine(plans, "tiny.plan.json"), " ");

        (await DotNet.RunAsync(app, project.Variables, ["build", .. NoSearch])).FailedWith("ABS1010");
    }

    [GeneratedRegex("stated (?<stated>[0-9.]+), loaded (?<loaded>[0-9.]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Metrics();

    /// <summary>A folder holds the project's plan and weights, byte for byte, and no others.</summary>
    private static void AssertSame(FixtureProject project, string folder)
    {
        Assert.Equal(Files, FilesIn(folder));
        Assert.All(Files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(project.Output, file)), File.ReadAllBytes(Path.Combine(folder, file))));
    }

    /// <summary>Unpacks a package, of which no other entry may be in a folder <c>abs</c>.</summary>
    /// <returns>The folder of its plans.</returns>
    private static string Unpack(string package)
    {
        const string Plans = "contentFiles/any/any/abs";
        var folder = package + ".content";
        ZipFile.ExtractToDirectory(package, folder);
        Assert.Equal([Path.Combine(folder, Plans)], Directory.GetDirectories(folder, "abs", SearchOption.AllDirectories));
        return Path.Combine(folder, Plans);
    }

    private static string[] FilesIn(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
        : [];
}
