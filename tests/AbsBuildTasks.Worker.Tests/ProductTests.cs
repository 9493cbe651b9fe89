using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Targets;

namespace AbsBuildTasks.Worker.Tests;

/// <summary>A search looks for products of activations before it begins, in a copy of its code.</summary>
public sealed class ProductTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abs-products-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Products_stand_in_the_plan_and_count_in_its_totals()
    {
        var gated = Plan(typeof(GatedModel));

        Assert.Equal(new RestPlan { Name = "mul", Kind = "mul", Parameters = 0, Macs = 4 }, Assert.Single(gated.Rest));
        Assert.Equal(gated.Totals.Bops, gated.Layers.Sum(layer => layer.Bops) + (4 * 32 * 32));
    }

    [Theory]
    [InlineData(true, 8)]
    [InlineData(false, 32)]
    public void They_count_the_bits_at_which_the_target_runs_them(bool quantizesSums, int bits)
    {
        var dots = Plan(typeof(DotsModel), new Target { Name = "mine", QuantizesSums = quantizesSums });

        // Four by four.
        Assert.Equal(new RestPlan { Name = "matmul", Kind = "matmul", Parameters = 0, Macs = 16, Bits = bits }, Assert.Single(dots.Rest));
        Assert.Equal(dots.Totals.Bops, dots.Layers.Sum(layer => layer.Bops) + (16 * bits * bits));

        // Then the search runs where TorchSharp tells of its calls, and rounds both sides.
        Assert.Equal(quantizesSums ? 2 : 0, dots.RoundedValues);
    }

    [Fact]
    public void A_model_that_needs_its_data_loaded_is_recorded_with_them() => Assert.Equal("mul", Assert.Single(Plan(typeof(ReadyModel)).Rest).Name);

    [Fact]
    public void A_network_without_them_has_no_rest() => Assert.Empty(Plan(typeof(StripesModel)).Rest);

    [Fact]
    public void A_network_that_cannot_be_recorded_is_told_in_a_line_and_searched_all_the_same()
    {
        using var worker = WorkerRun.Start(_folder, WorkerRun.ShortSearch, type: typeof(ReadingModel));
        _ = worker.ToEnd();

        Assert.IsType<DoneEvent>(worker.Events[^1]);
        Assert.Contains(worker.Events.OfType<MessageEvent>(), message => message.Text.StartsWith("products of activations are not counted: The network cannot be written as ONNX: ", StringComparison.Ordinal));
        Assert.Empty(Read().Rest);
    }

    [Fact]
    public void So_is_one_that_fails_on_the_batches_of_the_recording()
    {
        using var worker = WorkerRun.Start(_folder, WorkerRun.ShortSearch, type: typeof(PairingModel));
        _ = worker.ToEnd();

        Assert.IsType<DoneEvent>(worker.Events[^1]);
        var told = Assert.Single(worker.Events.OfType<MessageEvent>(), message => message.Text.StartsWith("products of activations are not counted: ", StringComparison.Ordinal));
        Assert.DoesNotContain('\n', told.Text);
        Assert.Empty(Read().Rest);
    }

    private CompressionPlan Plan(Type type, Target? target = null)
    {
        using var worker = WorkerRun.Start(_folder, WorkerRun.ShortSearch with { DeployTarget = target ?? TargetTable.Any }, type: type);
        _ = worker.ToEnd();
        Assert.IsType<DoneEvent>(worker.Events[^1]);
        return Read();
    }

    private CompressionPlan Read() => PlanFile.Read(Path.Combine(_folder, "out", "stripes.plan.json")).Plan;
}
