using Build.Tests.Harness;

namespace Build.Tests;

public sealed class ConcurrencyTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Waiting = "abs: tiny: another build is searching for this plan; waiting for it";
    private const string Search = "abs: tiny: search 1/";

    [Fact]
    public async Task Of_two_builds_at_once_one_searches_and_the_other_takes_its_plan()
    {
        var (first, second) = Pair();
        var gate = Path.Combine(first.Folder, "..", "gate");
        using var searching = await StartSearchAsync(first, gate);
        using var waiting = second.Start(new Dictionary<string, string>(), "-t:AbsSearch");
        await waiting.PrintedAsync(Waiting);

        await File.WriteAllTextAsync(gate, "");

        var searched = (await searching.EndAsync()).Succeeded();
        var waited = (await waiting.EndAsync()).Succeeded();
        Assert.Contains(Search, searched.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Search, waited.Output, StringComparison.Ordinal);
        Assert.Contains("abs: tiny: plan taken from the cache", waited.Output, StringComparison.Ordinal);
        Assert.Single(waited.Output.Split('\n'), line => line.Contains(Waiting, StringComparison.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(first.Plan), await File.ReadAllBytesAsync(second.Plan));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(first.Cache, "searches")));
    }

    [Fact]
    public async Task When_the_build_that_searches_is_killed_the_one_that_waits_searches()
    {
        var (first, second) = Pair();
        using var searching = await StartSearchAsync(first, Path.Combine(first.Folder, "..", "closed gate"));
        using var waiting = second.Start(new Dictionary<string, string>(), "-t:AbsSearch");
        await waiting.PrintedAsync(Waiting);

        searching.Kill();

        Assert.Contains(Search, (await waiting.EndAsync()).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_projects_of_one_build_that_need_the_same_plan_one_searches()
    {
        var (first, second) = Pair();
        var all = Path.Combine(first.Folder, "..", "all.proj");
        await File.WriteAllTextAsync(all, $"""
            <Project>
              <ItemGroup>
                <Model Include="{first.Folder}/Tiny.csproj;{second.Folder}/Tiny.csproj" />
              </ItemGroup>
              <Target Name="Build">
                <MSBuild Projects="@(Model)" Targets="Restore" Properties="Phase=Restore" BuildInParallel="true" />
                <MSBuild Projects="@(Model)" Properties="Phase=Build" BuildInParallel="true" />
              </Target>
            </Project>
            """);

        var outcome = (await DotNet.RunAsync(first.Folder, first.Variables, "msbuild", all, "-m:2", "-p:AbsSnapshotMode=off")).Succeeded();

        string[] lines = outcome.Output.Split('\n');
        Assert.Single(lines, line => line.Contains(Search, StringComparison.Ordinal));
        Assert.Single(lines, line => line.Contains("abs: tiny: plan taken from the cache", StringComparison.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(first.Plan), await File.ReadAllBytesAsync(second.Plan));
    }

    private static async Task<RunningCommand> StartSearchAsync(FixtureProject project, string gate)
    {
        var started = Path.Combine(project.Folder, "..", "started");
        var build = project.Start(new Dictionary<string, string> { ["TINY_PROCESS_FILE"] = started, ["TINY_GATE_FILE"] = gate }, "-t:AbsSearch");
        await Hang.UntilAsync(() => File.Exists(started), build);
        return build;
    }

    private (FixtureProject First, FixtureProject Second) Pair()
    {
        var first = new FixtureProject(feed);
        return (first, new FixtureProject(feed, first.Cache));
    }
}
