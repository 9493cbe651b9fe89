using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Values that are rounded while a network runs, and what gradients go through.</summary>
public sealed class ValueRoundingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_go_straight_through_between_the_ends(bool inPlace)
    {
        var (given, wanted) = Rewritten.Run<(float[], float[])>(Gradients, inPlace);

        Assert.Equal(wanted, given);
        Assert.Contains(0, wanted);
        Assert.Contains(wanted, gradient => gradient != 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loss_behind_it_changes_as_its_gradient_says_from_level_to_level(bool inPlace)
    {
        var (slope, gradient) = Rewritten.Run<(double, double)>(Slope, inPlace);

        Assert.Equal(slope, gradient, 1e-4);
    }

    [Fact]
    public void Parts_are_rounded_one_by_one()
    {
        var given = Rewritten.Run<float[]>(Parts);

        Assert.Equal([0.3f, 0.7f, 0.5f, 1f], given);
    }

    [Fact]
    public void A_run_that_calls_otherwise_ends_it()
    {
        var (values, gaveUp, output) = Rewritten.Run<(int, bool, float)>(Otherwise);

        Assert.Equal((0, true, 0.6f), (values, gaveUp, output));
    }

    [Fact]
    public void A_first_run_in_training_only_counts()
    {
        var (first, second, values) = Rewritten.Run<(float, float, int)>(FirstInTraining);

        Assert.Equal((0.6f, 0.5f, 1), (first, second, values));
    }

    [Fact]
    public void Statistics_that_only_training_has_stay_whole()
    {
        var (values, gaveUp, statistic) = Rewritten.Run<(int, bool, float)>(OwnStatistics, true);

        Assert.Equal((0, true, 3.3f), (values, gaveUp, statistic));
    }

    [Fact]
    public void A_run_in_training_that_goes_another_way_later_leaves_statistics_as_one_run_does()
    {
        var (values, gaveUp, statistic) = Rewritten.Run<(int, bool, float)>(OwnStatistics, false);

        Assert.Equal((0, true, 3.3f), (values, gaveUp, statistic));
    }

    [Theory]
    [InlineData("whole numbers")]
    [InlineData("whole numbers in place")]
    [InlineData("a parameter")]
    [InlineData("fewer parts")]
    public void What_can_be_no_value_between_layers_ends_it(string what)
    {
        var (values, gaveUp, output) = Rewritten.Run<(int, bool, float)>(NoValue, what);

        Assert.Equal((0, true, 3f), (values, gaveUp, output));
    }

    /// <summary>The gradients that a sum's operand gets through rounding, and those of the straight-through rule.</summary>
    private static (float[] Given, float[] Wanted) Gradients(bool inPlace)
    {
        using var scope = NewDisposeScope();
        var (x, y, weight) = (linspace(-3, 3, 25).requires_grad_(), linspace(0.5, -0.5, 25), linspace(1, 2, 25));
        var rounding = Of(inPlace, 0.25f, 4, 1);
        var rounded = rounding.Run(() => [inPlace ? x.mul(1).add_(y) : x + y])[0];
        rounded.mul(weight).sum().backward();

        // Levels -4 to 251 of 0.25.
        var sum = (x + y).detach();
        return ([.. x.grad!.data<float>(), .. rounded.detach().data<float>()], [.. weight.mul(sum.ge(-1)).data<float>(), .. sum.div(0.25f).round().clamp(-4, 251).mul(0.25f).data<float>()]);
    }

    /// <summary>Over one level up, a squared loss changes by the mean of its gradients at both ends.</summary>
    private static (double Slope, double Gradient) Slope(bool inPlace)
    {
        using var scope = NewDisposeScope();
        var (at, here) = Loss(0.52f);
        var (next, there) = Loss(0.77f);
        return ((next - at) / 0.25, (here + there) / 2);

        (double Loss, double Gradient) Loss(float value)
        {
            var x = tensor(value).requires_grad_();
            var loss = Of(inPlace, 0.25f, 0, 1).Run(() => [inPlace ? x.mul(1).add_(zeros([])) : x + zeros([])])[0].pow(2);
            loss.backward();
            return (loss.item<float>(), x.grad!.item<float>());
        }
    }

    private static float[] Parts()
    {
        using var scope = NewDisposeScope();
        var rounding = new ValueRounding();
        rounding.Set([new PackedValue("THSTensor_unbind", 0, 1, 0.5f, 0)], new Dictionary<string, int> { ["THSTensor_unbind"] = 1 });
        var x = tensor(new[] { 0.3f, 0.7f, 0.6f, 0.9f }).reshape(2, 2);
        return [.. rounding.Run(() => x.unbind(0)).SelectMany(part => part.data<float>().ToArray())];
    }

    private static (int Values, bool GaveUp, float Output) Otherwise()
    {
        using var scope = NewDisposeScope();
        var gaveUp = false;
        var rounding = Of(inPlace: false, 0.5f, 0, 2);
        rounding.GaveUp = () => gaveUp = true;
        var output = rounding.Run(() => [tensor(0.4f) + tensor(0.2f)])[0].item<float>();
        return (rounding.Values.Count, gaveUp && rounding.IsOver, output);
    }

    private static (float First, float Second, int Values) FirstInTraining()
    {
        using var scope = NewDisposeScope();
        using var network = new Statistics(() => true);
        var rounding = Of(inPlace: false, 0.5f, 0, 1);
        return (Sum(), Sum(), rounding.Values.Count);

        float Sum() => rounding.Run(() => [tensor(0.4f) + tensor(0.2f)], network)[0].item<float>();
    }

    /// <summary>A network with a running statistic of its own, which grows beyond the levels.</summary>
    /// <param name="atOnce">Whether the first run in training changes it already.</param>
    private static (int Values, bool GaveUp, float Statistic) OwnStatistics(bool atOnce)
    {
        using var scope = NewDisposeScope();
        var (gaveUp, changes) = (false, atOnce);
        using var network = new Statistics(() => changes);
        var rounding = Of(inPlace: true, 0.001f, 0, 1);
        rounding.GaveUp = () => gaveUp = true;
        _ = rounding.Run(() => [network.call(tensor(0.4f))], network);
        if (!atOnce)
        {
            changes = true;
            _ = rounding.Run(() => [network.call(tensor(0.4f))], network);
        }

        return (rounding.Values.Count, gaveUp && rounding.IsOver, network.Statistic);
    }

    private static (int Values, bool GaveUp, float Output) NoValue(string what)
    {
        using var scope = NewDisposeScope();
        var (gaveUp, function) = (false, what switch
        {
            "whole numbers" => "THSTensor_add",
            "fewer parts" => "THSTensor_unbind",
            _ => "THSTensor_add_",
        });
        var rounding = new ValueRounding { GaveUp = () => gaveUp = true };
        rounding.Set([new PackedValue(function, 0, what == "fewer parts" ? 1 : 0, 0.001f, 0)], new Dictionary<string, int> { [function] = 1 });
        var output = rounding.Run(() => [what switch
        {
            "whole numbers" => tensor(1) + tensor(2),
            "whole numbers in place" => tensor(1).add_(tensor(2)),
            "fewer parts" => tensor(new[] { 3f }).unbind(0)[0],
            _ => Parameter(),
        }])[0];
        return (rounding.Values.Count, gaveUp && rounding.IsOver, output.to(ScalarType.Float32).item<float>());

        static Tensor Parameter()
        {
            using var noGradient = no_grad();
            return tensor(1f, requires_grad: true).add_(tensor(2f));
        }
    }

    private static ValueRounding Of(bool inPlace, float scale, byte zero, int count)
    {
        var (rounding, function) = (new ValueRounding(), inPlace ? "THSTensor_add_" : "THSTensor_add");
        rounding.Set([new PackedValue(function, 0, 0, scale, zero)], new Dictionary<string, int> { [function] = count });
        return rounding;
    }

    /// <summary>Has a statistic that it changes in training.</summary>
    private sealed class Statistics : nn.Module<Tensor, Tensor>
    {
        private readonly Tensor _statistic = tensor(3f);
        private readonly Func<bool> _changes;

        public Statistics(Func<bool> changes)
            : base(nameof(Statistics))
        {
            _changes = changes;
            register_buffer("statistic", _statistic);
        }

        public float Statistic => _statistic.item<float>();

        public override Tensor forward(Tensor input)
        {
            if (_changes())
            {
                _ = _statistic.add_(tensor(0.3f));
            }

            return input.mul(1).add_(tensor(0.2f));
        }
    }
}
