using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Gates;
using AbsBuildTasks.Search.Quantization;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Quantization;

public class SuperBitFunctionTests
{
    private static readonly BitChain Chain = BitChain.Default;

    public static TheoryData<string, float, float> GridsAndGates()
    {
        var data = new TheoryData<string, float, float>();
        foreach (var grid in new[] { "symmetric", "unsigned", "unit" })
        {
            foreach (var (g2, g3) in new[] { (0f, 0f), (1f, 0f), (0f, 1f), (1f, 1f) })
            {
                data.Add(grid, g2, g3);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(GridsAndGates))]
    public void The_value_is_plain_quantisation_at_the_bitwidth_the_gates_choose(string name, float g2, float g3)
    {
        using var scope = NewDisposeScope();
        var grid = Grid(name);
        var (x, interval) = (Values(), tensor(1.3f));

        var (quantized, gates) = SuperBitFunction.Quantize(x, interval, Thresholds(g2, g3), grid, Chain);

        var bits = g2 == 0 ? 2 : g3 == 0 ? 4 : 8;
        Assert.Equal([g2, g3], gates.data<float>().ToArray());
        Assert.True(quantized.allclose(SuperBitFunction.Quantize(x, interval, grid, bits), atol: 1e-6));
    }

    [Fact]
    public void A_case_worked_by_hand()
    {
        using var scope = NewDisposeScope();

        // v = 2, 2 bits unsigned: levels 0, ⅓, ⅔, 1. x/v = 0.3 → ⅓, 1.5 → 1 (clipped), −0.5 → 0 (clipped).
        var x = tensor([0.6f, 3f, -1f]).requires_grad_();
        var interval = tensor(2f).requires_grad_();
        var quantized = SuperBitFunction.Quantize(x, interval, QuantizationGrid.Unsigned, 2);
        quantized.mul(tensor([1f, 10f, 100f])).sum().backward();

        Assert.True(quantized.allclose(tensor([2f / 3, 2f, 0f])));
        Assert.True(x.grad!.allclose(tensor([1f, 0f, 0f])));

        // 1·(⅓ − 0.3) + 10·1 + 100·0.
        Assert.Equal((1f / 3) - 0.3f + 10, interval.grad!.item<float>(), 4);
    }

    [Theory]
    [MemberData(nameof(GridsAndGates))]
    public void Gradients_of_values_and_interval_are_those_of_a_fixed_rounding(string name, float g2, float g3)
    {
        using var scope = NewDisposeScope();
        var grid = Grid(name);
        var x = Values().requires_grad_();
        var interval = tensor(1.3f).requires_grad_();
        var upstream = linspace(-1, 2, x.shape[0]);
        var (quantized, _) = SuperBitFunction.Quantize(x, interval, Thresholds(g2, g3), grid, Chain);
        quantized.mul(upstream).sum().backward();

        // Straight-through rounding: what rounding added at this point is held constant, everything else varies.
        var x64 = x.detach().to(ScalarType.Float64);
        var v64 = tensor(1.3, dtype: ScalarType.Float64);
        var rounding = quantized.detach().to(ScalarType.Float64).div(v64).mul(grid.Scale).add(grid.Shift).sub(Clip(x64, v64));
        double Loss(Tensor values, Tensor v) =>
            Clip(values, v).add(rounding).sub(grid.Shift).div(grid.Scale).mul(v).mul(upstream).sum().item<double>();
        Tensor Clip(Tensor values, Tensor v) => values.div(v).mul(grid.Scale).add(grid.Shift).clamp(grid.Low, grid.High);

        const double H = 1e-6;
        Assert.Equal((Loss(x64, v64 + H) - Loss(x64, v64 - H)) / (2 * H), interval.grad!.item<float>(), 2);
        for (var i = 0; i < x.shape[0]; i++)
        {
            var bump = zeros_like(x64);
            bump[i] = H;
            Assert.Equal((Loss(x64 + bump, v64) - Loss(x64 - bump, v64)) / (2 * H), x.grad![i].item<float>(), 3);
        }
    }

    [Theory]
    [MemberData(nameof(GridsAndGates))]
    public void Gradients_of_thresholds_are_the_gates_slopes_times_the_nested_sums(string name, float g2, float g3)
    {
        using var scope = NewDisposeScope();
        var grid = Grid(name);
        var (x, interval) = (Values(), tensor(1.3f));
        var thresholds = Thresholds(g2, g3).requires_grad_();
        var upstream = linspace(-1, 2, x.shape[0]);
        var (quantized, gates) = SuperBitFunction.Quantize(x, interval, thresholds, grid, Chain);
        (quantized.mul(upstream).sum() + gates.mul(tensor([3f, 5f])).sum()).backward();

        var z = SuperBit.Normalize(x, interval, grid);
        var parts = SuperBit.Decompose(z, grid, Chain);
        var slopes = ThresholdGate.Slope(SuperBit.ErrorNorms(z, parts, grid, Chain), thresholds.detach());

        // The sum is linear in each gate, so that a difference quotient over relaxed gates is exact.
        double Loss(float a, float b) =>
            parts[0].add(parts[1].add(parts[2].mul(b)).mul(a)).sub(grid.Shift).div(grid.Scale).mul(interval).mul(upstream).sum().item<float>();
        var expected2 = Loss(1, g3) - Loss(0, g3) + 3;
        var expected3 = Loss(g2, 1) - Loss(g2, 0) + 5;
        Assert.Equal(-expected2 * slopes[0].item<float>(), thresholds.grad![0].item<float>(), 3);
        Assert.Equal(-expected3 * slopes[1].item<float>(), thresholds.grad![1].item<float>(), 3);
    }

    private static Tensor Values()
    {
        _ = manual_seed(3);
        return randn([301]);
    }

    /// <summary>Thresholds below or above every error norm, which lies between 0 and ½.</summary>
    private static Tensor Thresholds(float g2, float g3) => tensor([g2 > 0 ? 0.01f : 0.6f, g3 > 0 ? 0.01f : 0.6f]);

    private static QuantizationGrid Grid(string name) => name switch
    {
        "symmetric" => QuantizationGrid.Symmetric,
        "unsigned" => QuantizationGrid.Unsigned,
        _ => QuantizationGrid.Unit,
    };
}
