using System.Text.RegularExpressions;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Sweeps;
using Build.Tests.Harness;

namespace Build.Tests;

public sealed class SweepTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Sweep = "-p:TinySweep=lambda=0.2|bops=2%%3Bsize=90%";

    [Fact]
    public async Task A_sweep_lies_beside_the_plan_in_the_output_and_in_the_cache()
    {
        var project = await feed.AcceptedCopyAsync();
        var file = Path.Combine(project.Output, "tiny.sweep.json");
        var plan = await File.ReadAllBytesAsync(project.Plan);
        Assert.False(File.Exists(file));

        var searched = (await project.BuildAsync(Sweep)).Succeeded();

        // The plan's own training is there, for both points.
        Assert.DoesNotContain("abs: tiny: train 1/", searched.Output, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(searched.Output, "abs: tiny: full precision: as an earlier search trained it"));

        // The model's own plan is what it was, and not searched again.
        Assert.Equal(plan, await File.ReadAllBytesAsync(project.Plan));
        Assert.Equal(2, Regex.Count(searched.Output, "abs: tiny: search 2/2"));
        var sweep = SweepJson.Read(await File.ReadAllTextAsync(file), file);
        Assert.Equal(["bops=3%", "lambda=0.2", "bops=2%;size=90%"], sweep.Points.Select(point => point.Budget));
        Assert.Contains("abs: tiny: sweep 2/2: bops=2%;size=90%", searched.Output, StringComparison.Ordinal);
        Assert.Contains("  bops=2%;size=90%  ", searched.Output, StringComparison.Ordinal);

        Assert.Contains("The sweep", await File.ReadAllTextAsync(Path.Combine(project.Output, "tiny.plan.html")), StringComparison.Ordinal);
        Assert.Contains("#### the sweep", await File.ReadAllTextAsync(Path.Combine(project.Output, "tiny.plan.md")), StringComparison.Ordinal);

        var text = await File.ReadAllBytesAsync(file);
        await project.BuildAsync("-t:Clean", Sweep);
        Assert.False(File.Exists(file));
        var cached = (await project.BuildWithoutWorkerAsync(Sweep)).Succeeded();

        Assert.Contains("abs: tiny: plan taken from the cache", cached.Output, StringComparison.Ordinal);
        Assert.Contains("  bops=2%;size=90%  ", cached.Output, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllBytesAsync(file));
        Assert.DoesNotContain("abs:", (await project.BuildWithoutWorkerAsync(Sweep)).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_point_is_searched_once_whatever_else_the_sweep_names_and_whether_it_is_the_budget()
    {
        var project = await feed.AcceptedCopyAsync();
        (await project.BuildAsync("-p:TinySweep=lambda=0.2")).Succeeded();

        var more = (await project.BuildAsync("-p:TinySweep=bops=2%|lambda=0.2")).Succeeded();
        Assert.Equal(1, Regex.Count(more.Output, "abs: tiny: search 2/2"));
        Assert.Contains("abs: tiny: sweep 1/2: bops=2%", more.Output, StringComparison.Ordinal);

        // A point's plan is that of the model with its budget, and the plan that was is now a point.
        (await project.BuildWithoutWorkerAsync("-p:TinyBudget=bops=2%", "-p:TinySweep=bops=3%", "-p:AbsSnapshotMode=off")).Succeeded();
        Assert.Equal("bops=2%", PlanFile.Read(project.Plan).Plan.Budget);

        (await project.BuildWithoutWorkerAsync()).Succeeded();
        Assert.False(File.Exists(Path.Combine(project.Output, "tiny.sweep.json")));
    }

    [Fact]
    public async Task Another_budget_begins_with_the_training_that_is_there_and_a_forced_search_does_not()
    {
        const string known = "abs: tiny: full precision: as an earlier search trained it";
        string[] other = ["-p:AbsSnapshotMode=off", "-p:TinyBudget=bops=4%"];
        var project = await feed.AcceptedCopyAsync();
        (await project.BuildAsync("-p:AbsSnapshotMode=off", "-p:TinyBudget=bops=2.5%")).Succeeded();

        var searched = (await project.BuildAsync(other)).Succeeded();
        var plan = await File.ReadAllBytesAsync(project.Plan);
        var forced = (await project.BuildAsync([.. other, "-p:AbsSearchMode=force"])).Succeeded();

        Assert.Contains(known, searched.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("abs: tiny: train 1/", searched.Output, StringComparison.Ordinal);
        Assert.Contains("abs: tiny: train 1/", forced.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(known, forced.Output, StringComparison.Ordinal);
        Assert.Equal(plan, await File.ReadAllBytesAsync(project.Plan));

        var training = Assert.Single(Directory.GetFiles(Path.Combine(project.State, "stages", "tiny"), "*.training"));

        // Builds that make no plan know no state of a search, so that the next one does not remove it as no longer written.
        var state = Path.Combine(project.State, "checkpoints", "tiny", "0123456789abcdef", "search.checkpoint");
        Directory.CreateDirectory(Path.GetDirectoryName(state)!);
        await File.WriteAllTextAsync(state, "");
        (await project.BuildAsync([.. other, "-t:AbsAcceptPlans"])).Succeeded();
        (await project.BuildAsync([.. other, "-p:AbsEnabled=false"])).Succeeded();
        (await project.BuildWithoutWorkerAsync(other)).Succeeded();
        Assert.True(File.Exists(training));
        Assert.True(File.Exists(state));

        (await project.BuildAsync([.. other, "-p:TinyTrainEpochs=1"])).Succeeded();
        Assert.NotEqual(training, Assert.Single(Directory.GetFiles(Path.Combine(project.State, "stages", "tiny"), "*.training")));
        (await project.BuildAsync("-t:Clean")).Succeeded();
        Assert.False(Directory.Exists(project.State));
    }

    [Fact]
    public async Task By_force_each_point_is_searched_anew_and_the_build_trains_once()
    {
        var project = await feed.AcceptedCopyAsync();
        (await project.BuildAsync(Sweep)).Succeeded();
        var sweep = await File.ReadAllBytesAsync(Path.Combine(project.Output, "tiny.sweep.json"));

        var forced = (await project.BuildAsync(Sweep, "-p:AbsSearchMode=force")).Succeeded();

        Assert.Equal(1, Regex.Count(forced.Output, "abs: tiny: train 1/"));
        Assert.Equal(3, Regex.Count(forced.Output, "abs: tiny: search 1/2"));
        Assert.DoesNotContain("taken from the cache", forced.Output, StringComparison.Ordinal);
        Assert.Equal(sweep, await File.ReadAllBytesAsync(Path.Combine(project.Output, "tiny.sweep.json")));
    }

    [Fact]
    public async Task A_point_out_of_reach_is_a_warning_that_names_it_and_is_asked_for_once()
    {
        var project = await feed.AcceptedCopyAsync();
        const string sweep = "-p:TinySweep=size=1B|bops=2%";

        Missed(await project.BuildAsync(sweep));
        await project.BuildAsync("-t:Clean", sweep);
        Missed(await project.BuildWithoutWorkerAsync(sweep));
        Missed(await project.BuildWithoutWorkerAsync(sweep));

        void Missed(BuildOutcome outcome)
        {
            Assert.True(outcome.ExitCode == 0, outcome.Output);
            var warning = Assert.Single(outcome.Warnings);
            Assert.Equal("ABS3001", warning.Code);
            Assert.StartsWith("AbsModel 'tiny': the point \"size=1B\" of Sweep cannot be met: ", warning.Message, StringComparison.Ordinal);
            var read = SweepJson.Read(File.ReadAllText(Path.Combine(project.Output, "tiny.sweep.json")), "sweep");
            Assert.Equal(["bops=3%", "bops=2%"], read.Points.Select(point => point.Budget));
        }
    }

    [Fact]
    public async Task A_damaged_sweep_is_made_anew_from_its_points()
    {
        var project = await feed.AcceptedCopyAsync();
        (await project.BuildAsync(Sweep)).Succeeded();
        var file = Path.Combine(project.Output, "tiny.sweep.json");
        var text = await File.ReadAllBytesAsync(file);
        var kept = Directory.GetFiles(project.State, "tiny.sweep.json", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(kept, "{");

        (await project.BuildWithoutWorkerAsync(Sweep)).Succeeded();

        Assert.Equal(text, await File.ReadAllBytesAsync(file));
    }
}
