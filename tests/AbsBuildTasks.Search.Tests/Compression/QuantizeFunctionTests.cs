using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Gates;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Quantization;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Compression;

public class QuantizeFunctionTests
{
    private const double V = 1.3;

    public static TheoryData<string, bool, bool> GridsAndGates()
    {
        var data = new TheoryData<string, bool, bool>();
        foreach (var grid in new[] { "symmetric", "unsigned", "unit" })
        {
            foreach (var (g2, g3) in new[] { (false, false), (true, false), (false, true), (true, true) })
            {
                data.Add(grid, g2, g3);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(GridsAndGates))]
    public void The_value_is_the_nested_sum_of_offsets(string name, bool g2, bool g3)
    {
        using var scope = NewDisposeScope();
        using var quantizer = Quantizer(name, g2, g3);
        var x = Values();

        var quantized = QuantizeFunction.Quantize(x, quantizer, measure: true);

        Assert.Equal([g2, g3], quantizer.State.Gates);
        Assert.Equal(!g2 ? 2 : !g3 ? 4 : 8, quantizer.ChosenBits);
        Assert.True(quantized.allclose(NestedSum(x, quantizer.Grid, g2 ? 1 : 0, g3 ? 1 : 0), atol: 1e-5));
    }

    [Fact]
    public void A_case_worked_by_hand()
    {
        using var scope = NewDisposeScope();

        // v = 2, 2 bits unsigned: levels 0, ⅓, ⅔, 1. x/v = 0.3 → ⅓, 1.5 → 1 (clipped), −0.5 → 0 (clipped).
        using var quantizer = new TensorQuantizer(BitChain.Of(2));
        quantizer.Fit(tensor([0f, 1f]), QuantizationGrid.Unsigned);
        quantizer.Interval.Value = 2;
        var x = tensor([0.6f, 3f, -1f]).requires_grad_();
        var quantized = QuantizeFunction.Quantize(x, quantizer, measure: true);
        quantized.mul(tensor([1f, 10f, 100f])).sum().backward();

        Assert.True(quantized.allclose(tensor([2f / 3, 2f, 0f])));
        Assert.True(x.grad!.allclose(tensor([1f, 0f, 0f])));

        // 1·(⅓ − 0.3) + 10·1 + 100·0.
        Assert.Equal((1.0 / 3) - 0.3 + 10, quantizer.Interval.Gradient, 4);
    }

    [Theory]
    [MemberData(nameof(GridsAndGates))]
    public void Gradients_of_values_and_interval_are_those_of_a_fixed_rounding(string name, bool g2, bool g3)
    {
        using var scope = NewDisposeScope();
        using var quantizer = Quantizer(name, g2, g3);
        var grid = quantizer.Grid;
        var x = Values().requires_grad_();
        var upstream = linspace(-1, 2, x.shape[0]);
        var quantized = QuantizeFunction.Quantize(x, quantizer, measure: true);
        quantized.mul(upstream).sum().backward();

        // Straight-through rounding: what rounding added at this point is held constant, everything else varies.
        var x64 = x.detach().to(ScalarType.Float64);
        var rounding = quantized.detach().to(ScalarType.Float64).div(V).mul(grid.Scale).add(grid.Shift).sub(Clip(x64, V));
        double Loss(Tensor values, double v) =>
            Clip(values, v).add(rounding).sub(grid.Shift).div(grid.Scale).mul(v).mul(upstream).sum().item<double>();
        Tensor Clip(Tensor values, double v) => values.div(v).mul(grid.Scale).add(grid.Shift).clamp(grid.Low, grid.High);

        const double H = 1e-6;
        Assert.Equal((Loss(x64, V + H) - Loss(x64, V - H)) / (2 * H), quantizer.Interval.Gradient, 2);
        for (var i = 0; i < x.shape[0]; i++)
        {
            var bump = zeros_like(x64);
            bump[i] = H;
            Assert.Equal((Loss(x64 + bump, V) - Loss(x64 - bump, V)) / (2 * H), x.grad![i].item<float>(), 3);
        }
    }

    [Theory]
    [MemberData(nameof(GridsAndGates))]
    public void Gradients_of_thresholds_are_the_gates_slopes_times_the_nested_sums_and_the_cost_of_bits(string name, bool g2, bool g3)
    {
        using var scope = NewDisposeScope();
        using var quantizer = Quantizer(name, g2, g3);
        var x = Values().requires_grad_();
        var upstream = linspace(-1, 2, x.shape[0]);
        QuantizeFunction.Quantize(x, quantizer, measure: true).mul(upstream).sum().backward();
        quantizer.CollectGateGradients(bitsGradient: 7);

        // Sum and bits are linear in each gate, so that a difference quotient over relaxed gates is exact.
        double Loss(double a, double b) =>
            NestedSum(x.detach(), quantizer.Grid, a, b).mul(upstream).sum().item<float>() + (7 * (2 + (2 * a) + (4 * a * b)));
        var (o2, o3) = (g2 ? 1.0 : 0, g3 ? 1.0 : 0);
        double[] expected = [Loss(1, o3) - Loss(0, o3), Loss(o2, 1) - Loss(o2, 0)];
        var errors = new double[2];
        SuperBitOps.Forward(x.detach(), quantizer.State, errors);
        for (var j = 0; j < 2; j++)
        {
            var slope = ThresholdGates.Slope(errors[j], quantizer.Gates.Parameters[j].Value);
            Assert.True(slope > 0);
            Assert.Equal(-expected[j] * slope, quantizer.Gates.Parameters[j].Gradient, 2);
        }
    }

    [Fact]
    public void What_the_network_is_evaluated_on_does_not_change_gates()
    {
        using var scope = NewDisposeScope();
        using var quantizer = Quantizer("symmetric", true, true);
        _ = QuantizeFunction.Quantize(Values(), quantizer, measure: true);
        var exact = zeros_like(Values());

        _ = QuantizeFunction.Quantize(exact, quantizer, measure: false);
        Assert.Equal(8, quantizer.ChosenBits);
        _ = QuantizeFunction.Quantize(exact, quantizer, measure: true);
        Assert.Equal(2, quantizer.ChosenBits);
    }

    [Fact]
    public void The_networks_own_input_teaches_where_gates_learn_and_an_interval_alone_in_every_fourth_step()
    {
        using var scope = NewDisposeScope();
        using var quantizer = Quantizer("symmetric", true, true);
        var weight = ones([301], requires_grad: true);

        Assert.Equal([true, true, true, true, true], Enumerable.Range(0, 5).Select(_ => Learns()));
        quantizer.GatesLearn = false;
        Assert.Equal([false, false, false, false, false], Enumerable.Range(0, 5).Select(_ => Learns()));
        quantizer.Freeze(4);
        Assert.Equal([true, false, false, false, true], Enumerable.Range(0, 5).Select(_ => Learns()));

        bool Learns()
        {
            QuantizeFunction.Quantize(Values(), quantizer, measure: true).mul(weight).sum().backward();
            var learns = quantizer.Interval.Gradient != 0;
            quantizer.Interval.Gradient = 0;
            return learns;
        }
    }

    [Theory]
    [InlineData("symmetric", false, false)]
    [InlineData("symmetric", true, false)]
    [InlineData("unsigned", true, true)]
    public void Where_gates_do_not_learn_values_and_interval_learn_the_same(string grid, bool g2, bool g3)
    {
        using var scope = NewDisposeScope();
        var (learning, values) = Gradients(gatesLearn: true);
        var (resting, sameValues) = Gradients(gatesLearn: false);

        Assert.Equal(values, sameValues);
        Assert.Equal(learning.Interval.Gradient, resting.Interval.Gradient);
        learning.CollectGateGradients(0);
        resting.CollectGateGradients(0);
        Assert.NotEqual(0, learning.Gates.Parameters[0].Gradient);
        Assert.All(resting.Gates.Parameters, gate => Assert.Equal(0, gate.Gradient));

        (TensorQuantizer Quantizer, float[] Values) Gradients(bool gatesLearn)
        {
            var quantizer = Quantizer(grid, g2, g3);
            quantizer.GatesLearn = gatesLearn;
            var x = Values().requires_grad_();
            QuantizeFunction.Quantize(x, quantizer, measure: true).mul(linspace(-1, 2, 301)).sum().backward();
            return (quantizer, x.grad!.data<float>().ToArray());
        }
    }

    private static Tensor NestedSum(Tensor x, QuantizationGrid grid, double g2, double g3)
    {
        var parts = Offsets.Of(x, (float)V, grid, BitChain.Default);
        return SuperBit.Denormalize(parts[0].add(parts[1].add(parts[2].mul(g3)).mul(g2)), [(float)V], grid);
    }

    private static Tensor Values()
    {
        _ = manual_seed(3);
        return randn([301]);
    }

    /// <summary>Thresholds below or above every error norm, which lies between 0 and ½.</summary>
    private static TensorQuantizer Quantizer(string grid, bool g2, bool g3)
    {
        var quantizer = new TensorQuantizer(BitChain.Default);
        quantizer.Fit(tensor([0f, 1f]), QuantizationGrid.Named(grid));
        quantizer.Interval.Value = V;
        quantizer.Gates.Parameters[0].Value = g2 ? 0.01 : 0.6;
        quantizer.Gates.Parameters[1].Value = g3 ? 0.01 : 0.6;
        return quantizer;
    }
}
