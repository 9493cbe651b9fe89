using AbsBuildTasks.Plans.Documents;
using Build.Tests.Harness;

namespace Build.Tests;

public sealed class LockedTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Locked = "-p:AbsSearchMode=locked";

    [Fact]
    public async Task The_snapshots_own_plan_is_taken_from_where_it_is()
    {
        var project = await feed.AcceptedCopyAsync();

        (await project.BuildWithoutWorkerAsync(Locked)).Succeeded();

        Directory.Delete(project.State, recursive: true);
        var stages = Directory.CreateDirectory(Path.Combine(project.State, "stages", "tiny")).FullName;
        await File.WriteAllTextAsync(Path.Combine(stages, "of-earlier-code.training"), "");
        (await project.BuildWithoutWorkerAsync(Locked)).Succeeded();
        Assert.Empty(Directory.GetFiles(stages));
    }

    [Fact]
    public async Task Other_decisions_are_trained_under_and_kept_from_other_builds()
    {
        var project = await feed.AcceptedCopyAsync();
        var searched = PlanFile.Read(project.Plan).Plan;

        // Another metric than training ends in: otherwise it would be the snapshot's plan in all, which every build may take.
        var given = Given(searched) with { Metric = searched.Metric with { Compressed = 50 } };
        PlanFile.Write(project.Verified, given, byteOrderMark: true);

        var outcome = (await project.BuildAsync(Locked)).Succeeded();

        Assert.Contains("abs: tiny: training under the decisions of ", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("abs: tiny: search 1/2", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("plan taken from", outcome.Output, StringComparison.Ordinal);
        var trained = PlanFile.Read(project.Plan).Plan;
        Assert.Equal(given with { Metric = trained.Metric }, trained);

        (await project.BuildWithoutWorkerAsync(Locked)).Succeeded();
        Assert.Equal(trained, PlanFile.Read(project.Plan).Plan);

        // A build that would search takes the searched plan, and a locked one finds its own again.
        (await project.BuildWithoutWorkerAsync()).FailedWith("ABS4001");
        (await project.BuildWithoutWorkerAsync("-p:AbsSnapshotMode=off")).Succeeded();
        Assert.Equal(searched, PlanFile.Read(project.Plan).Plan);
        (await project.BuildWithoutWorkerAsync(Locked)).Succeeded();
        Assert.Equal(trained, PlanFile.Read(project.Plan).Plan);

        PlanFile.Write(project.Verified, searched, byteOrderMark: true);
        (await project.BuildWithoutWorkerAsync()).Succeeded();
        Assert.Equal(searched, PlanFile.Read(project.Plan).Plan);
    }

    [Fact]
    public async Task A_snapshot_of_other_inputs_or_none_is_an_error()
    {
        var project = await feed.AcceptedCopyAsync();

        var error = (await project.BuildWithoutWorkerAsync(Locked, "-p:TinyBudget=bops=2%")).FailedWith("ABS4011");

        Assert.Equal((project.Verified, 4), (error.File, error.Line));
        Assert.Contains("setting:Budget changed from bops=3% to bops=2%", error.Message, StringComparison.Ordinal);

        File.Delete(project.Verified);
        (await project.BuildWithoutWorkerAsync(Locked)).FailedWith("ABS4002");
    }

    [Fact]
    public async Task Decisions_that_do_not_fit_the_network_are_an_error()
    {
        var project = await feed.AcceptedCopyAsync();
        var plan = PlanFile.Read(project.Verified).Plan;
        PlanFile.Write(project.Verified, plan with { Layers = [.. plan.Layers.Select(layer => layer.Name == "second" ? layer with { Name = "other" } : layer)] }, byteOrderMark: true);

        var error = (await project.BuildAsync(Locked)).FailedWith("ABS4012");

        Assert.Contains("it has other where the network has second", error.Message, StringComparison.Ordinal);
        var lines = await File.ReadAllLinesAsync(project.Verified);
        Assert.Equal((project.Verified, Array.FindIndex(lines, line => line.Contains("\"other\"", StringComparison.Ordinal)) + 1), (error.File, error.Line));
    }

    /// <summary>The same with other bits in a layer.</summary>
    private static CompressionPlan Given(CompressionPlan plan)
    {
        LayerPlan[] layers = [.. plan.Layers.Select(layer => layer.Name == "second" ? WithOtherBits(layer) : layer)];
        return plan with { Layers = layers, Totals = PlanTotals.Of(layers, plan.Totals.FullPrecisionBops, plan.Totals.FullPrecisionSizeBytes) };
    }

    // Cheaper where that can be, so that the budget is met.
    private static LayerPlan WithOtherBits(LayerPlan layer)
    {
        const int Positions = 6 * 6;
        var (weights, activations) = (layer.WeightBits, layer.ActivationBits) switch
        {
            (> 2, var same) => (2, same),
            (_, > 2) => (2, 2),
            _ => (4, 2),
        };
        return layer with
        {
            WeightBits = weights,
            ActivationBits = activations,
            Bops = layer.Macs * weights * activations,
            SizeBytes = layer.SizeBytes + (layer.Macs / Positions * (weights - layer.WeightBits) / 8),
        };
    }
}
