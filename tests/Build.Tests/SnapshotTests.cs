using AbsBuildTasks.Plans.Documents;
using Build.Tests.Harness;

namespace Build.Tests;

[Collection(BuildCollection.Name)]
public sealed class SnapshotTests(PackedFeed feed)
{
    private const string Smaller = "-p:TinyBudget=bops=2%";

    [Fact]
    public async Task A_changed_decision_fails_every_build_until_it_is_accepted()
    {
        var project = await feed.AcceptedCopyAsync();
        ChangeSnapshot(project, bits => bits / 2);
        var plans = project.Plans();
        var line = LineOf(project.Verified, "second", "weightBits");

        for (var build = 0; build < 2; build++)
        {
            var error = (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4001");
            Assert.Contains("layer second: weightBits", error.Message, StringComparison.Ordinal);
            Assert.Contains("-t:AbsAcceptPlans", error.Message, StringComparison.Ordinal);
            Assert.Equal((project.Verified, line), (error.File, error.Line));
            Assert.True(File.Exists(project.Received));
            Assert.Equal(plans, project.Plans());
        }

        (await project.BuildAsync("-t:AbsAcceptPlans")).Succeeded();
        (await project.BuildWithoutWorkerAsync()).Succeeded();
        Assert.False(File.Exists(project.Received));
    }

    [Fact]
    public async Task A_refused_plan_does_not_get_into_the_output_folder()
    {
        var project = await feed.AcceptedCopyAsync();
        var output = FilesIn(project.Output);

        var outcome = await project.BuildAsync(Smaller);

        outcome.FailedWith("ABS4001");
        Assert.Contains("abs: tiny: searching again, because setting:Budget changed from bops=3% to bops=2%", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(output, FilesIn(project.Output));

        (await project.BuildWithoutWorkerAsync(Smaller, "-p:AbsSnapshotMode=off")).Succeeded();
        Assert.Equal(output.Keys, FilesIn(project.Output).Keys);
        Assert.NotEqual(output, FilesIn(project.Output));
    }

    [Fact]
    public async Task Clean_after_a_refused_plan_removes_both()
    {
        var project = await feed.AcceptedCopyAsync();
        (await project.BuildAsync(Smaller)).FailedWith("ABS4001");

        (await project.BuildAsync("-t:Clean")).Succeeded();

        Assert.Equal(["tiny.plan.verified.json"], project.Plans().Keys.Select(file => Path.GetFileName(file)));
    }

    [Fact]
    public async Task An_improvement_passes_where_only_regressions_fail()
    {
        var project = await feed.AcceptedCopyAsync();
        ChangeSnapshot(project, bits => bits + 1);

        (await project.BuildWithoutWorkerAsync("-p:AbsSnapshotPolicy=no-regression")).Succeeded();

        (await project.BuildAsync("-t:AbsAcceptPlans")).Succeeded();
    }

    [Fact]
    public async Task Accept_mode_takes_the_plan_as_the_snapshot()
    {
        var project = await feed.AcceptedCopyAsync();
        var snapshot = await File.ReadAllBytesAsync(project.Verified);
        ChangeSnapshot(project, bits => bits + 1);

        (await project.BuildWithoutWorkerAsync("-p:AbsSnapshotMode=accept")).Succeeded();

        Assert.Equal(snapshot, await File.ReadAllBytesAsync(project.Verified));
    }

    [Fact]
    public async Task A_snapshot_that_is_no_plan_is_an_error_and_stays()
    {
        var project = await feed.AcceptedCopyAsync();
        var snapshot = await File.ReadAllBytesAsync(project.Verified);
        await File.WriteAllTextAsync(project.Verified, "<<<<<<< HEAD");

        (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4003");

        Assert.Equal("<<<<<<< HEAD", await File.ReadAllTextAsync(project.Verified));
        await File.WriteAllBytesAsync(project.Verified, snapshot);
    }

    [Fact]
    public async Task Nothing_to_accept_is_an_error() =>
        (await new FixtureProject(feed).BuildAsync("-t:AbsAcceptPlans")).FailedWith("ABS4004");

    private static SortedDictionary<string, string> FilesIn(string folder) => new(
        Directory.EnumerateFiles(folder).ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(File.ReadAllBytes(file))),
        StringComparer.Ordinal);

    private static void ChangeSnapshot(FixtureProject project, Func<int, int> bits)
    {
        var plan = PlanFile.Read(project.Verified).Plan;
        LayerPlan[] layers = [.. plan.Layers.Select(layer => layer.Name == "second" ? WithBits(layer, bits(layer.WeightBits)) : layer)];
        PlanFile.Write(
            project.Verified,
            plan with { Layers = layers, Totals = PlanTotals.Of(layers, plan.Totals.FullPrecisionBops, plan.Totals.FullPrecisionSizeBytes) },
            byteOrderMark: true);
    }

    private static LayerPlan WithBits(LayerPlan layer, int bits) =>
        layer with { WeightBits = bits, Bops = layer.Macs * bits * layer.ActivationBits };

    private static int LineOf(string file, string layer, string property)
    {
        var lines = File.ReadAllLines(file);
        var start = Array.FindIndex(lines, line => line.Contains($"\"name\": \"{layer}\"", StringComparison.Ordinal));
        return Array.FindIndex(lines, start, line => line.Contains($"\"{property}\"", StringComparison.Ordinal)) + 1;
    }
}
