using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Projects that target several frameworks: one of them makes the plans.</summary>
[Collection(BuildCollection.Name)]
public sealed class FrameworkTests(PackedFeed feed)
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
    public async Task The_first_framework_that_can_be_searched_makes_the_plan()
    {
        var project = await AcceptedCopyAsync(Several);

        var outcome = (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).Succeeded();

        Assert.DoesNotContain("abs:", outcome.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(project.Folder, "bin", "Debug", "netstandard2.0", "Tiny.dll")));
        Assert.False(Directory.Exists(Path.Combine(project.Folder, "bin", "Debug", "netstandard2.0", "abs")));
        Assert.False(Directory.Exists(Path.Combine(project.Folder, "obj", "Debug", "netstandard2.0", "abs")));
    }

    [Fact]
    public async Task The_targets_are_those_of_a_project_with_one_framework()
    {
        var project = await AcceptedCopyAsync(Several);
        File.Delete(project.Verified);
        (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4002");

        (await project.BuildWithoutWorkerAsync("-t:AbsSearch")).Succeeded();
        (await project.BuildWithoutWorkerAsync("-t:AbsVerifyPlans")).FailedWith("ABS4002");
        (await project.BuildWithoutWorkerAsync("-t:AbsAcceptPlans")).Succeeded();

        Assert.True(File.Exists(project.Verified));
        (await project.BuildWithoutWorkerAsync("-t:AbsVerifyPlans")).Succeeded();
        var cleaned = (await project.BuildWithoutWorkerAsync("-t:AbsCleanCache")).Succeeded();
        Assert.Contains("abs: removed 1 search from the cache ", cleaned.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-t:Build")]
    [InlineData("-t:AbsAcceptPlans")]
    public async Task No_framework_that_can_be_searched_is_one_error(string target)
    {
        var project = await AcceptedCopyAsync("netstandard2.0");

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

    private async Task<FixtureProject> AcceptedCopyAsync(string frameworks)
    {
        var project = await feed.AcceptedCopyAsync();
        await SetFrameworksAsync(project, $"<TargetFrameworks>{frameworks}</TargetFrameworks>");
        return project;
    }

    private static async Task SetFrameworksAsync(FixtureProject project, string frameworks)
    {
        var file = Path.Combine(project.Folder, "Tiny.csproj");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("<TargetFramework>net10.0</TargetFramework>", frameworks, StringComparison.Ordinal));
    }
}
