using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Quantization;
using AbsBuildTasks.Search.Tests.Infrastructure;
using FsCheck;
using FsCheck.Xunit;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Quantization;

public class SuperBitTests
{
    public static TheoryData<string, string> ChainsAndGrids()
    {
        var data = new TheoryData<string, string>();
        foreach (var chain in new[] { "2;4;8", "1;2;4;8", "3;6;12", "2;4;8;16" })
        {
            foreach (var grid in new[] { "symmetric", "unsigned", "unit" })
            {
                data.Add(chain, grid);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(ChainsAndGrids))]
    public void Coarser_levels_lie_on_finer_grids(string bits, string name)
    {
        var (chain, grid) = (BitChain.Parse(bits), Grid(name));
        for (var j = 1; j < chain.Count; j++)
        {
            var ratio = grid.Step(chain[j - 1]) / grid.Step(chain[j]);
            Assert.Equal(Math.Round(ratio), ratio, 9);
            Assert.Equal(1, (long)Math.Round(ratio) % 2);
        }
    }

    [Theory]
    [MemberData(nameof(ChainsAndGrids))]
    public void Offsets_add_up_to_plain_quantisation_of_random_values(string bits, string name)
    {
        _ = manual_seed(11);
        using var scope = NewDisposeScope();
        AssertDecomposes(rand([200_000]).mul(3).sub(1.5), BitChain.Parse(bits), Grid(name));
    }

    [Theory]
    [MemberData(nameof(ChainsAndGrids))]
    public void Offsets_add_up_at_ties_levels_and_ends(string bits, string name)
    {
        var (chain, grid) = (BitChain.Parse(bits), Grid(name));
        using var scope = NewDisposeScope();
        var values = new List<float> { 0, -0f, 1, -1, float.Epsilon, -float.Epsilon, 1e-30f, 2, -2, float.MaxValue, float.MinValue };
        foreach (var b in chain.Where(b => b <= 8))
        {
            for (var k = -(1 << b); k <= 1 << b; k++)
            {
                // In x: levels and the ties between them, each with its neighbours in floating point.
                foreach (var z in new[] { k * grid.Step(b), (k + 0.5) * grid.Step(b) })
                {
                    var x = (float)((z - grid.Shift) / grid.Scale);
                    values.AddRange([x, MathF.BitIncrement(x), MathF.BitDecrement(x)]);
                }
            }
        }

        AssertDecomposes(tensor(values.ToArray()), chain, grid);
    }

    [Property(MaxTest = 200)]
    public void Offsets_add_up_for_any_value(NormalFloat value, PositiveInt which)
    {
        var chain = new[] { BitChain.Default, BitChain.Of(1, 2, 4, 8), BitChain.Of(3, 6, 12) }[which.Get % 3];
        using var scope = NewDisposeScope();
        foreach (var grid in new[] { QuantizationGrid.Symmetric, QuantizationGrid.Unsigned, QuantizationGrid.Unit })
        {
            AssertDecomposes(tensor((float)value.Get).reshape(1), chain, grid);
        }
    }

    [Fact]
    public void Error_norms_are_mean_distances_in_units_of_the_coarser_step()
    {
        using var scope = NewDisposeScope();
        var errors = new double[1];

        // 2 bits: step 1/3. The values lie 1/15, 0 and 2/15 from their levels 0, 1/3 and 1/3.
        var x = tensor([1f / 15, 1f / 3, 7f / 15]);
        SuperBitOps.Forward(x, new SuperBitState(QuantizationGrid.Unsigned, BitChain.Of(2, 4), [1], [true]), errors);

        Assert.Equal((1.0 / 15 + 0 + 2.0 / 15) / 3 / (1.0 / 3), errors[0], 5);
    }

    private static void AssertDecomposes(Tensor x, BitChain chain, QuantizationGrid grid)
    {
        var parts = Offsets.Of(x, 1, grid, chain);
        var values = SuperBit.Normalize(x, [1], grid).data<float>().ToArray();
        var sum = zeros_like(x);
        for (var j = 0; j < chain.Count; j++)
        {
            var step = grid.Step(chain[j]);
            sum = sum.add(parts[j]);
            var sums = sum.data<float>().ToArray();
            var quantized = SuperBitOps.Forward(x, SuperBitState.Fixed(grid, chain[j], 1), []).mul(grid.Scale).add(grid.Shift).data<float>().ToArray();
            for (var i = 0; i < values.Length; i++)
            {
                var (level, product) = (sums[i] / step, quantized[i] / step);
                Assert.True(Math.Abs(level - Math.Round(level)) < 0.05, $"{values[i]:R} at {chain[j]} bits of {chain} is not on the {grid.Name} grid: level {level}.");
                Assert.True(Math.Abs(product - Math.Round(product)) < 0.05, $"{values[i]:R} at {chain[j]} bits is not put on the {grid.Name} grid: level {product}.");
                var difference = Math.Abs(Math.Round(level) - Math.Round(product));

                // In single precision a value at or next to a tie may fall one fine level to either side.
                var fromTie = Math.Abs(Math.Abs((values[i] / step) - Math.Floor(values[i] / step)) - 0.5);
                Assert.True(
                    difference == 0 || (difference == 1 && fromTie < 0.02),
                    $"{values[i]:R} at {chain[j]} bits of {chain}, {grid.Name}: offsets give level {level}, the product {product}.");
            }
        }
    }

    private static QuantizationGrid Grid(string name) => name switch
    {
        "symmetric" => QuantizationGrid.Symmetric,
        "unsigned" => QuantizationGrid.Unsigned,
        _ => QuantizationGrid.Unit,
    };
}
