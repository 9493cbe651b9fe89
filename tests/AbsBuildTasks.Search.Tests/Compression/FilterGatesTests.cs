using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Compression;

public class FilterGatesTests
{
    private readonly List<Tensor> _weights = [];
    private LayerFilters? _filters;

    [Fact]
    public void Filters_stay_while_their_relative_norm_exceeds_the_threshold()
    {
        using var scope = NewDisposeScope();
        var gates = Gates([1, 2, 3, 4], groupSize: 1);
        gates.Gates.Parameters[0].Value = 0.9;
        gates.Measure(training: true);

        // Relative to the mean of 2.5: 0.4, 0.8, 1.2, 1.6.
        Assert.Equal([0.4f, 0.8f, 1.2f, 1.6f], gates.Norms().Select(norm => MathF.Round((float)norm, 5)));
        Assert.Equal([false, false, true, true], Kept(gates));
    }

    [Fact]
    public void Filters_of_a_group_go_together_and_the_last_group_may_be_smaller()
    {
        using var scope = NewDisposeScope();
        var gates = Gates([1, 4, 1, 1, 9], groupSize: 2);
        gates.Gates.Parameters[0].Value = 0.5;
        gates.Measure(training: true);

        Assert.Equal(3, gates.Set.Units.Count);
        Assert.Equal([true, true, false, false, true], Kept(gates));
    }

    [Fact]
    public void However_high_the_threshold_an_eighth_of_the_groups_stays()
    {
        using var scope = NewDisposeScope();
        var gates = Gates([.. Enumerable.Range(1, 16)], groupSize: 1);
        gates.Gates.Parameters[0].Value = 1e6;
        gates.Measure(training: true);

        Assert.Equal(2, Assert.Single(gates.Set.LeastUnits).Least);
        Assert.Equal([14, 15], Enumerable.Range(0, 16).Where(filter => Kept(gates)[filter]));
    }

    [Fact]
    public void A_threshold_does_not_run_away_beyond_the_floor()
    {
        using var scope = NewDisposeScope();
        var gates = Gates([1, 2, 3, 4], groupSize: 1);
        gates.Gates.Parameters[0].Value = 1e6;
        gates.Measure(training: true);

        Assert.Equal(1.6, gates.Gates.Parameters[0].Value, 5);
    }

    [Fact]
    public void A_layer_whose_filters_all_stay_lets_the_threshold_of_others_run_no_further()
    {
        using var scope = NewDisposeScope();
        LayerFilters[] layers = [.. Traced.Probe(Sequential(Layer([1, 2]), Linear(2, 4)), rand([2, 1])).Layers.Select(layer => new LayerFilters(layer))];
        FilterUnit[] units = [.. Enumerable.Range(0, 2).Select(i => Unit(0, i, stays: true)), .. Enumerable.Range(0, 4).Select(i => Unit(1, i, stays: false))];
        var gates = new FilterGates(new FilterSet(units, 1), layers, GateKind.Threshold);
        gates.Gates.Parameters[0].Value = 1e6;
        gates.Measure(training: true);

        Assert.Equal(gates.Norms().Where(double.IsFinite).Max(), gates.Gates.Parameters[0].Value, 1e-9);

        static FilterUnit Unit(int layer, int filter, bool stays) => new([new FilterPart(layer, [filter])], stays);
    }

    [Fact]
    public void A_layer_of_zeros_keeps_a_filter()
    {
        using var scope = NewDisposeScope();
        var gates = Gates([0, 0, 0], groupSize: 1);
        gates.Calibrate();
        gates.Measure(training: true);

        Assert.Contains(true, Kept(gates));
    }

    [Fact]
    public void Calibration_keeps_every_filter()
    {
        using var scope = NewDisposeScope();
        var gates = Gates([1, 20, 30, 40], groupSize: 1);
        gates.Calibrate();

        Assert.Equal([true, true, true, true], Kept(gates));
        Assert.True(gates.Gates.Parameters[0].Value > 0);
    }

    [Fact]
    public void Filters_that_are_added_have_one_gate_of_their_mean_relative_norm()
    {
        using var scope = NewDisposeScope();
        var (gates, layers) = Added([1, 2, 3, 4], [40, 10, 20, 30]);
        gates.Gates.Parameters[0].Value = 0.9;
        gates.Measure(training: true);

        // 0.4, 0.8, 1.2, 1.6 and 1.6, 0.4, 0.8, 1.2.
        Assert.Equal([1f, 0.6f, 1f, 1.4f], gates.Norms().Select(norm => MathF.Round((float)norm, 5)));
        Assert.All(layers, layer => Assert.Equal([true, false, true, true], layer.Kept));
    }

    [Fact]
    public void What_a_gate_of_added_filters_asks_reaches_the_weights_of_all_of_them()
    {
        using var scope = NewDisposeScope();
        var (gates, layers) = Added([1, 2, 3, 4], [40, 10, 20, 30]);
        gates.Gates.Parameters[0].Value = 0.9;
        gates.Measure(training: true);
        (layers[0].Gradients[1], layers[1].Gradients[1]) = (2, 3);
        var slope = AbsBuildTasks.Search.Gates.ThresholdGates.Slope(0.6, 0.9);
        gates.CollectGradients();

        // A is the mean of |w|/2.5 and |w|/25.
        Assert.Equal(-5 * slope, gates.Gates.Parameters[0].Gradient, 1e-6);
        Assert.Equal([0, 5 * slope / (2 * 2.5), 0, 0], Gradients(0), (wanted, given) => Math.Abs(wanted - given) < 1e-5);
        Assert.Equal([0, 5 * slope / (2 * 25), 0, 0], Gradients(1), (wanted, given) => Math.Abs(wanted - given) < 1e-5);

        double[] Gradients(int layer) => [.. _weights[layer].grad!.flatten().data<float>().ToArray().Select(value => (double)value)];
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(4, 8)]
    [InlineData(8, 8)]
    [InlineData(16, 16)]
    [InlineData(17, 17)]
    [InlineData(32, 20)]
    public void As_many_of_the_strongest_pruned_filters_stay_as_a_multiple_wants(int multiple, int kept)
    {
        using var scope = NewDisposeScope();
        var gates = Gates([.. Enumerable.Range(1, 20)], groupSize: 1, multiple);
        gates.Gates.Parameters[0].Value = 15.5 / 10.5;
        gates.Measure(training: true);

        Assert.Equal(kept, Kept(gates).Count(stays => stays));
        Assert.All(Kept(gates).TakeLast(5), Assert.True);
    }

    private IReadOnlyList<bool> Kept(FilterGates gates)
    {
        Assert.Equal([0], gates.Set.Layers);
        return _filters!.Kept;
    }

    private FilterGates Gates(int[] norms, int groupSize, int multiple = 1)
    {
        var probe = Traced.Probe(Sequential(Layer(norms)), rand([2, 1]));
        var set = Assert.Single(FilterTies.Of(probe.Layers, ChannelMap.Whole(probe, ""), [true], groupSize, multiple));
        _filters = new LayerFilters(probe.Layers[0]);
        return new FilterGates(set, [_filters], GateKind.Threshold);
    }

    private (FilterGates Gates, LayerFilters[] Layers) Added(int[] one, int[] other)
    {
        var (a, b) = (Layer(one), Layer(other));
        var probe = Traced.Probe(new FunctionNetwork(x => a.call(x) + b.call(x), ("a", a), ("b", b)), rand([2, 1]));
        var map = ChannelMap.Whole(probe, "") with { Norms = [new ChannelSources([.. Enumerable.Range(0, one.Length).Select(i => new[] { new FilterIndex(0, i), new FilterIndex(1, i) })])] };
        LayerFilters[] layers = [.. probe.Layers.Select(layer => new LayerFilters(layer))];
        _weights.AddRange(probe.Layers.Select(layer => layer.Weight));
        _weights.ForEach(weight => weight.sum().backward());
        using (no_grad())
        {
            _weights.ForEach(weight => weight.grad!.zero_());
        }

        return (new FilterGates(Assert.Single(FilterTies.Of(probe.Layers, map, [true, true], 1, 1)), layers, GateKind.Threshold), layers);
    }

    private static TorchSharp.Modules.Linear Layer(int[] norms)
    {
        var layer = Linear(1, norms.Length, hasBias: false);
        using (no_grad())
        {
            layer.weight!.copy_(tensor(norms.Select(norm => (float)norm).ToArray()).reshape(-1, 1));
        }

        return layer;
    }
}
