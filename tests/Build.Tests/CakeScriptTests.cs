using System.Text.Json;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Real Cake scripts with the packed aliases, and no package feed beside a folder.</summary>
public sealed class CakeScriptTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    // The repository's own.
    private static readonly string CakeVersion = JsonDocument.Parse(Repository.Read(".config/dotnet-tools.json")).RootElement.GetProperty("tools").GetProperty("cake.tool").GetProperty("version").GetString()!;

    private static readonly string[] OfCake = ["Error: ", "An error occurred"];

    [Fact]
    public async Task A_script_verifies_and_fails_with_the_code_of_what_is_wrong()
    {
        var project = await feed.AcceptedCopyAsync();
        await PrepareAsync(project);

        var passed = await CakeAsync(project, "Verify");
        Assert.True(passed.ExitCode == 0, passed.Output);
        Assert.Contains("Build succeeded.", passed.Output, StringComparison.Ordinal);

        var snapshot = await File.ReadAllTextAsync(project.Verified);
        await File.WriteAllTextAsync(project.Verified, snapshot.Replace("\"model\": \"tiny\",", "\"model\": \"tiny\",\n", StringComparison.Ordinal).Replace("\"bops=3%\"", "\"bops=4%\"", StringComparison.Ordinal));
        var changed = await CakeAsync(project, "Verify");
        Assert.NotEqual(0, changed.ExitCode);
        Assert.Contains("AbsVerifyPlans: ABS4001: ", LastError(changed), StringComparison.Ordinal);

        File.Delete(project.Verified);
        var missing = await CakeAsync(project, "Verify");
        Assert.NotEqual(0, missing.ExitCode);
        Assert.Contains("AbsVerifyPlans: ABS4002: ", LastError(missing), StringComparison.Ordinal);

        var accepted = await CakeAsync(project, "Accept");
        Assert.True(accepted.ExitCode == 0, accepted.Output);
        Assert.Equal(snapshot, await File.ReadAllTextAsync(project.Verified));
    }

    [Fact]
    public async Task A_script_searches_and_accepts_and_a_failing_search_fails_it_with_its_code()
    {
        var project = await feed.AcceptedCopyAsync();
        await PrepareAsync(project);
        var snapshot = await File.ReadAllTextAsync(project.Verified);
        await File.WriteAllTextAsync(project.Verified, snapshot.Replace("\"bops=3%\"", "\"bops=4%\"", StringComparison.Ordinal));

        // The search compares nothing; its plan can be accepted where data files count as they did for it.
        (await CakeAsync(project, "Search")).Succeeded();
        Assert.Contains("\"bops=4%\"", await File.ReadAllTextAsync(project.Verified), StringComparison.Ordinal);
        var other = await CakeAsync(project, "Accept");
        Assert.Contains("AbsAcceptPlans: ABS4010: ", LastError(other), StringComparison.Ordinal);
        (await CakeAsync(project, "AcceptSearched")).Succeeded();
        Assert.Contains("\"bops=3%\"", await File.ReadAllTextAsync(project.Verified), StringComparison.Ordinal);

        var failed = await CakeAsync(project, "Impossible");
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains("AbsSearch: ABS3", LastError(failed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_reports_and_compares_plans()
    {
        var project = await feed.AcceptedCopyAsync();
        await PrepareAsync(project);
        var changed = Path.Combine(project.Folder, "changed.plan.json");
        await File.WriteAllTextAsync(changed, (await File.ReadAllTextAsync(project.Plan)).Replace("\"bops=3%\"", "\"bops=4%\"", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(project.Folder, "no.plan.json"), "{}");
        var report = Path.Combine(project.Output, "tiny.plan.html");
        File.Delete(report);

        (await CakeAsync(project, "Report")).Succeeded();
        Assert.True(File.Exists(report));

        Assert.Contains("differs: False", (await CakeAsync(project, "Diff", "--plan=" + project.Verified)).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("differs: True", (await CakeAsync(project, "Diff", "--plan=" + changed)).Succeeded().Output, StringComparison.Ordinal);
        var failed = await CakeAsync(project, "Diff", "--plan=no.plan.json");
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains("AbsDiff: ABS4003: ", LastError(failed), StringComparison.Ordinal);
    }

    private static string LastError(BuildOutcome outcome) =>
        outcome.Output.Split('\n').LastOrDefault(line => OfCake.Any(start => line.Contains(start, StringComparison.Ordinal))) ?? outcome.Output;

    private async Task PrepareAsync(FixtureProject project)
    {
        // The runner comes out of the folder feed as well.
        var tool = Path.Combine(Built.PackageFolder, "cake.tool", CakeVersion, $"cake.tool.{CakeVersion}.nupkg");
        File.Copy(tool, Path.Combine(feed.Feed, Path.GetFileName(tool)), overwrite: true);
        await File.WriteAllTextAsync(Path.Combine(project.Folder, "dotnet-tools.json"), $$"""
            {
              "version": 1,
              "isRoot": true,
              "tools": {
                "cake.tool": { "version": "{{CakeVersion}}", "commands": ["dotnet-cake"] },
                "absbuildtasks.tool": { "version": "{{feed.Version}}", "commands": ["abs"] }
              }
            }
            """);
        await File.WriteAllTextAsync(Path.Combine(project.Folder, "build.cake"), $$"""
            #addin nuget:?package=AbsBuildTasks.Cake&version={{feed.Version}}&prerelease

            Task("Verify").Does(() => AbsVerifyPlans("Tiny.csproj", new AbsVerifyPlansSettings { SearchMode = AbsSearchMode.Cached, SnapshotPolicy = AbsSnapshotPolicy.Exact }));
            Task("Accept").Does(() => AbsAcceptPlans("Tiny.csproj"));
            Task("Search").Does(() => AbsSearch("Tiny.csproj", new AbsSearchSettings { DataFingerprint = AbsDataFingerprint.Manifest }));
            Task("AcceptSearched").Does(() => AbsAcceptPlans("Tiny.csproj", new AbsAcceptPlansSettings { DataFingerprint = AbsDataFingerprint.Manifest }));
            Task("Report").Does(() => AbsReport("Tiny.csproj"));
            Task("Diff").Does(() => Information("differs: " + AbsDiff("bin/Debug/net10.0/abs/tiny.plan.json", Argument<FilePath>("plan"))));
            Task("Impossible").Does(() => AbsSearch("Tiny.csproj", new AbsSearchSettings { Device = "cpu", Verbosity = DotNetVerbosity.Minimal, Properties = { ["TinyBudget"] = "bops=0.001%" } }));

            RunTarget(Argument<string>("target"));
            """);
        (await DotNetAsync(project, "tool", "restore")).Succeeded();
    }

    private Task<BuildOutcome> CakeAsync(FixtureProject project, string target, params string[] arguments) => DotNetAsync(project, ["cake", "--target=" + target, .. arguments]);

    private Task<BuildOutcome> DotNetAsync(FixtureProject project, params string[] arguments)
    {
        var environment = new Dictionary<string, string>(feed.Environment) { ["AbsCacheDirectory"] = project.Cache };

        // Whoever asks the network all the same gets no answer; variables of either spelling win over one another, by platform.
        foreach (var (name, value) in new[] { ("http_proxy", "http://127.0.0.1:9"), ("https_proxy", "http://127.0.0.1:9"), ("no_proxy", "") })
        {
            environment[name] = value;
            environment[name.ToUpperInvariant()] = value;
        }

        return DotNet.RunAsync(project.Folder, environment, arguments);
    }
}
