using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Projects that target several frameworks: one of them makes the plans.</summary>
public sealed class FrameworkTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Several = "netstandard2.0;net10.0";

    [Theory]
    [InlineData("netstandard2.0;net10.0;net11.0", "net10.0")]
    [InlineData("net11.0;net10.0", "net11.0")]
    [InlineData("net8.0;net10.0-windows;net10.0", "net10.0-windows")]
    [InlineData("net48;net9.0;netstandard2.1", "")]
    public async Task The_first_framework_that_the_worker_can_run_is_chosen(string frameworks, string expected)
    {
        var project = Path.Combine(Directory.CreateDirectory(Path.Combine(feed.Folder, Guid.NewGuid().ToString("N"))).FullName, "choice.proj");
        await File.WriteAllTextAsync(project, $"""
            <Project>
              <PropertyGroup>
                <TargetFrameworks>{frameworks}</TargetFrameworks>
              </PropertyGroup>
              <Import Project="{Repository.Root}/src/AbsBuildTasks/build/AbsBuildTasks.Framework.targets" />
            </Project>
            """);

        var outcome = await DotNet.RunAsync(feed.Folder, new Dictionary<string, string>(), "msbuild", project, "-t:_AbsChooseFramework", "-getProperty:_AbsFramework");

        Assert.Equal((0, expected), (outcome.ExitCode, outcome.Output.Trim()));
    }

    [Fact]
    public async Task A_library_for_an_older_framework_is_told_that_it_gets_no_contract()
    {
        var folder = Directory.CreateDirectory(Path.Combine(feed.Folder, Guid.NewGuid().ToString("N"))).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Old.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>netstandard2.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="AbsBuildTasks" Version="$(AbsVersion)" />
              </ItemGroup>
            </Project>
            """);

        var outcome = await DotNet.RunAsync(folder, feed.Environment, "build");

        Assert.Equal(0, outcome.ExitCode);
        var warning = Assert.Single(outcome.Warnings);
        Assert.Equal("ABS1007", warning.Code);
        Assert.Contains("targets .NETStandard 2.0, and so gets no AbsBuildTasks.Search", warning.Message, StringComparison.Ordinal);
        (await DotNet.RunAsync(folder, feed.Environment, "build", "-p:AbsEnabled=false")).Succeeded();
    }

    [Fact]
    public async Task The_first_framework_that_can_be_searched_makes_the_plan()
    {
        var project = await AcceptedCopyAsync(Several);

        var outcome = (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).Succeeded();

        Assert.DoesNotContain("abs:", outcome.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(project.Folder, "bin", "Debug", "netstandard2.0", "Tiny.dll")));
        Assert.False(Directory.Exists(Path.Combine(project.Folder, "bin", "Debug", "netstandard2.0", "abs")));
        Assert.False(Directory.Exists(Path.Combine(project.Folder, "obj", "Debug", "netstandard2.0", "abs")));
    }

    [Theory]
    [InlineData]
    [InlineData("-f", "netstandard2.0")]
    public async Task The_targets_are_those_of_a_project_with_one_framework(params string[] framework)
    {
        var project = await AcceptedCopyAsync(Several);
        File.Delete(project.Verified);
        (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4002");

        (await project.BuildWithoutWorkerAsync([.. framework, "-t:AbsSearch"])).Succeeded();
        (await project.BuildWithoutWorkerAsync([.. framework, "-t:AbsVerifyPlans"])).FailedWith("ABS4002");
        var accepted = (await project.BuildWithoutWorkerAsync([.. framework, "-t:AbsAcceptPlans"])).Succeeded();

        AssertOnce("abs: tiny: accepted the last build's plan", accepted);
        Assert.True(File.Exists(project.Verified));
        var told = (await project.BuildWithoutWorkerAsync([.. framework, "-t:AbsVerifyPlans;AbsFingerprint;AbsReport"])).Succeeded();
        AssertOnce("abs: tiny: nothing has changed since the last plan", told);
        AssertOnce($"abs: tiny: report written to {project.Plan.Replace(".json", ".html", StringComparison.Ordinal)}", told);
        var cleaned = (await project.BuildWithoutWorkerAsync([.. framework, "-t:AbsCleanCache"])).Succeeded();
        AssertOnce("abs: removed 1 search ", cleaned);
    }

    [Fact]
    public async Task Models_of_the_framework_that_makes_plans_alone_are_no_orphans_and_the_targets_find_them()
    {
        var project = await AcceptedCopyAsync(Several);
        await SetConditionAsync(project, "net10.0");
        (await project.BuildWithoutWorkerAsync()).Succeeded();
        File.Delete(project.Verified);

        (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans")).Succeeded();

        Assert.True(File.Exists(project.Verified));
        var outcome = (await project.BuildWithoutWorkerAsync("-t:AbsSearch;AbsVerifyPlans;AbsFingerprint;AbsReport")).Succeeded();
        Assert.Contains("abs: tiny: nothing has changed since the last plan", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("abs: tiny: report written to ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_framework_that_can_load_a_plan_has_it_from_one_search()
    {
        // A project's own platform, as others need what is not everywhere: a workload, or packages.
        const string Own = "net10.0-tiny1.0";
        var project = await AcceptedCopyAsync($"net10.0;{Own};netstandard2.0");
        await File.WriteAllTextAsync(Path.Combine(project.Folder, "Directory.Build.targets"), """
            <Project>
              <PropertyGroup>
                <TargetPlatformSupported Condition="'$(TargetPlatformIdentifier)' == 'tiny'">true</TargetPlatformSupported>
              </PropertyGroup>
              <ItemGroup Condition="'$(TargetPlatformIdentifier)' == 'tiny'">
                <SdkSupportedTargetPlatformVersion Include="1.0" />
                <SupportedPlatform Include="tiny" />
              </ItemGroup>
            </Project>
            """);
        var other = Path.Combine(project.Folder, "bin", "Debug", Own);

        var outcome = (await project.BuildAsync("-p:AbsSearchMode=force")).Succeeded();

        AssertOnce("abs: tiny: search 1/2", outcome);
        Assert.Equal(["tiny.inputs.json", "tiny.plan.json", "tiny.run.json", "tiny.weights.zip"], Directory.GetFiles(Path.Combine(other, "abs")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        (await DotNet.RunAsync(project.Folder, project.Variables, "publish", "--no-build", "-c", "Debug", "-f", Own)).Succeeded();
        foreach (var name in new[] { "tiny.plan.json", "tiny.weights.zip" })
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(project.Output, name));
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(other, "abs", name)));
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(other, "publish", "abs", name)));
        }

        // Also where nothing but the other one is asked for.
        await project.BuildAsync("-t:Clean");
        (await project.BuildWithoutWorkerAsync("-f", Own)).Succeeded();
        Assert.True(File.Exists(Path.Combine(other, "abs", "tiny.weights.zip")));

        await SetConditionAsync(project, Own);
        var error = (await project.BuildWithoutWorkerAsync("-p:AbsSnapshotMode=off")).FailedWith("ABS1007");
        Assert.Contains("none for net10.0, whose build makes the plans", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-t:Build", false)]
    [InlineData("-t:Build", true)]
    [InlineData("-t:AbsAcceptPlans", true)]
    public async Task No_framework_that_can_be_searched_is_one_error(string target, bool isConditioned)
    {
        var project = await AcceptedCopyAsync("netstandard2.0");
        if (isConditioned)
        {
            await SetConditionAsync(project, "netstandard2.0");
        }

        var error = (await project.BuildWithoutWorkerAsync(target)).FailedWith("ABS1007");

        Assert.Contains("Add net10.0 to TargetFrameworks", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<TargetFramework>net8.0</TargetFramework>", "Change TargetFramework")]
    [InlineData("<TargetFrameworks>net8.0;netstandard2.0</TargetFrameworks>", "Add net10.0 to TargetFrameworks")]
    public async Task A_framework_without_the_contract_is_that_error_and_not_the_compilers(string frameworks, string message)
    {
        var project = new FixtureProject(feed);
        await SetFrameworksAsync(project, frameworks);

        // The framework's own assemblies need not be here: the compiler does not get to run.
        var error = (await project.BuildWithoutWorkerAsync("-p:DisableImplicitFrameworkReferences=true", "-p:DisableTransitiveFrameworkReferenceDownloads=true")).FailedWith("ABS1007");

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Switched_off_any_frameworks_will_do() =>
        (await (await AcceptedCopyAsync("netstandard2.0")).BuildWithoutWorkerAsync("-p:AbsEnabled=false")).Succeeded();

    private static void AssertOnce(string text, BuildOutcome outcome) =>
        Assert.Single(outcome.Output.Split('\n'), line => line.Contains(text, StringComparison.Ordinal));

    private async Task<FixtureProject> AcceptedCopyAsync(string frameworks)
    {
        var project = await feed.AcceptedCopyAsync();
        await SetFrameworksAsync(project, $"<TargetFrameworks>{frameworks}</TargetFrameworks>");
        return project;
    }

    private static Task SetFrameworksAsync(FixtureProject project, string frameworks) =>
        ReplaceAsync(project, "<TargetFramework>net10.0</TargetFramework>", frameworks);

    private static Task SetConditionAsync(FixtureProject project, string framework) =>
        ReplaceAsync(project, "<AbsModel ", $"<AbsModel Condition=\"'$(TargetFramework)' == '{framework}'\" ");

    private static async Task ReplaceAsync(FixtureProject project, string before, string after)
    {
        var file = Path.Combine(project.Folder, "Tiny.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace(before, after, StringComparison.Ordinal));
    }
}
