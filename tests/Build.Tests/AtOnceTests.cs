using System.Text.RegularExpressions;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Searches of one project that run at the same time, and what they share.</summary>
public sealed class AtOnceTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Trains = "train 1/";
    private static readonly string[] AtOnce = ["-p:AbsExecutor=launch", "-p:AbsExecutorCommand=env", "-p:AbsExecutorParallel=5"];
    private static readonly string[] Points = ["-p:TinySweep=lambda=0.2|bops=2%%3Bsize=90%|size=1B", "-p:TinySeeds=3"];

    [UnixFact]
    public async Task Points_and_seeds_that_run_at_once_have_the_bytes_of_those_that_run_one_after_another()
    {
        var inTurn = await feed.AcceptedCopyAsync();
        var atOnce = await feed.AcceptedCopyAsync();
        Missed(await inTurn.BuildAsync(Points));
        var gate = Path.Combine(atOnce.Folder, "gate");

        using var build = atOnce.Start(new Dictionary<string, string> { ["TINY_GATE_FILE"] = gate }, [.. AtOnce, .. Points]);
        await Hang.UntilAsync(() => Searches(atOnce) == 5, build);
        await File.WriteAllTextAsync(gate, "");
        var outcome = Missed(await build.EndAsync());

        Assert.Equal(Results(inTurn), Results(atOnce));

        // Each seed has a training of its own, the points have that of the plan.
        Assert.Equal(2, Regex.Count(outcome.Output, Trains));
        Assert.Contains("abs: tiny [bops=2%;size=90%]: search 2/2", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("abs: tiny [seed 2]: train 1/", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(atOnce.Checkpoints);
        Missed(await atOnce.BuildWithoutWorkerAsync(Points));
    }

    [UnixFact]
    public async Task What_is_new_altogether_trains_once_for_all_points()
    {
        var inTurn = new FixtureProject(feed);
        var atOnce = new FixtureProject(feed);
        string[] sweep = [Points[0], "-p:AbsSnapshotMode=off"];

        Missed(await inTurn.BuildAsync(sweep));

        var outcome = Missed(await atOnce.BuildAsync([.. AtOnce, .. sweep]));

        Assert.Equal(1, Regex.Count(outcome.Output, Trains));
        Assert.Equal(1, Regex.Count(outcome.Output, "baseline 1/"));
        Assert.Equal(Results(inTurn), Results(atOnce));
    }

    [UnixFact]
    public async Task Models_that_share_a_training_train_once()
    {
        var inTurn = await TwoModelsAsync();
        var atOnce = await TwoModelsAsync();
        (await inTurn.BuildAsync("-p:AbsSnapshotMode=off")).Succeeded();

        var outcome = (await atOnce.BuildAsync([.. AtOnce, "-p:AbsSnapshotMode=off"])).Succeeded();

        Assert.Equal(1, Regex.Count(outcome.Output, Trains));
        Assert.Equal(1, Regex.Count(outcome.Output, "baseline 1/"));
        Assert.Equal(Results(inTurn), Results(atOnce));
    }

    [UnixFact]
    public async Task A_build_that_dies_before_its_training_is_over_frees_those_that_wait_for_it()
    {
        const string All = "-p:AbsSnapshotMode=off";
        var first = new FixtureProject(feed);
        var second = new FixtureProject(feed, first.Cache);
        var started = Path.Combine(first.Folder, "started");

        // Its worker waits for a gate that never opens: so its training is not over before the other build waits for it.
        using var dying = first.Start(new Dictionary<string, string> { ["TINY_PROCESS_FILE"] = started, ["TINY_GATE_FILE"] = Path.Combine(first.Folder, "gate") }, All);
        await Hang.UntilAsync(() => File.Exists(started), dying);
        using var waiting = second.Start(new Dictionary<string, string>(), All, "-p:TinyBudget=bops=4%");
        await waiting.PrintedAsync("another search makes the same full-precision training; waiting for it");

        dying.Kill();

        var outcome = (await waiting.EndAsync()).Succeeded();
        Assert.Equal(1, Regex.Count(outcome.Output, Trains));
    }

    private static BuildOutcome Missed(BuildOutcome outcome)
    {
        Assert.True(outcome.ExitCode == 0, outcome.Output);
        Assert.StartsWith("AbsModel 'tiny': the point \"size=1B\" of Sweep cannot be met: ", Assert.Single(outcome.Warnings).Message, StringComparison.Ordinal);
        return outcome;
    }

    private async Task<FixtureProject> TwoModelsAsync()
    {
        var project = new FixtureProject(feed);
        var file = Path.Combine(project.Folder, "Tiny.csproj");
        var text = await File.ReadAllTextAsync(file);
        var item = Regex.Match(text, "<AbsModel Include=\"tiny\".*/>").Value;
        var second = item.Replace("\"tiny\"", "\"second\"", StringComparison.Ordinal).Replace("$(TinyBudget)", "bops=4%", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text.Replace(item, item + second, StringComparison.Ordinal));
        return project;
    }

    private static int Searches(FixtureProject project) =>
        Directory.Exists(Path.Combine(project.State, "checkpoints", "tiny")) ? Directory.GetFiles(Path.Combine(project.State, "checkpoints"), "events.jsonl", SearchOption.AllDirectories).Length : 0;

    private static IReadOnlyDictionary<string, string> Results(FixtureProject project) => project.Hashes(
        new[] { "plan.json", "weights.zip", "sweep.json", "noise.json" }.SelectMany(ending => Directory.GetFiles(project.Output, "*." + ending)).Select(file => Path.GetFileName(file)));
}
