using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Quantization;
using FsCheck;
using FsCheck.Xunit;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Kernels;

/// <summary>A clipping interval for each row.</summary>
public class RowIntervalTests
{
    [Theory]
    [InlineData("symmetric", true, true)]
    [InlineData("symmetric", false, true)]
    [InlineData("unsigned", true, false)]
    [InlineData("unit", true, true)]
    public void A_row_is_quantised_as_it_is_alone(string name, bool g2, bool g3)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(4);
        var grid = QuantizationGrid.Named(name);

        // Rows shorter than a vector, not a multiple of it, and longer than what a thread takes at once.
        foreach (var (rows, length) in new[] { (3, 1), (40, 9), (5, 50), (2, 40_003), (3, 100_000) })
        {
            var (x, gradient, intervals) = (randn([rows, length]), randn([rows, length]), Intervals(rows));
            var (errors, sums, ownErrors, ownSums) = (new double[2], new double[rows + 2], new double[2], new double[3]);
            var (meanErrors, gates) = (new double[2], new double[2]);

            var whole = SuperBitOps.Forward(x, new(grid, BitChain.Default, intervals, [g2, g3]), errors);
            var wholeGradient = SuperBitOps.Backward(gradient, x, new(grid, BitChain.Default, intervals, [g2, g3]), sums);

            for (var row = 0; row < rows; row++)
            {
                var alone = new SuperBitState(grid, BitChain.Default, [intervals[row]], [g2, g3]);
                Assert.True(SuperBitOps.Forward(x[row], alone, ownErrors).equal(whole[row]).all().item<bool>());
                Assert.True(SuperBitOps.Backward(gradient[row], x[row], alone, ownSums).equal(wholeGradient[row]).all().item<bool>());
                Assert.Equal(ownSums[0], sums[row], 6);
                for (var j = 0; j < 2; j++)
                {
                    meanErrors[j] += ownErrors[j] / rows;
                    gates[j] += ownSums[1 + j];
                }
            }

            Assert.All(meanErrors.Zip(errors), pair => Assert.Equal(pair.First, pair.Second, 8));
            Assert.All(gates.Zip(sums[rows..]), pair => Assert.Equal(pair.First, pair.Second, 6));
        }
    }

    /// <summary>The fused kernel works in single precision, torch's operations in whatever the tensor has.</summary>
    [Theory]
    [InlineData("symmetric", "2;4;8")]
    [InlineData("unit", "1;2;4;8")]
    [InlineData("symmetric", "4")]
    public void The_fused_kernel_and_torch_agree(string name, string bits)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(2);
        var chain = BitChain.Parse(bits);
        var state = new SuperBitState(QuantizationGrid.Named(name), chain, Intervals(7), [.. Enumerable.Repeat(true, chain.Count - 1)]);
        var (x, gradient) = (randn([7, 3, 331]), randn([7, 3, 331]));
        var (errors, torchErrors) = (new double[chain.Count - 1], new double[chain.Count - 1]);
        var (sums, torchSums) = (new double[chain.Count + 6], new double[chain.Count + 6]);

        var difference = SuperBitOps.Forward(x, state, errors).sub(SuperBitOps.Forward(x.to(ScalarType.Float64), state, torchErrors)).abs();
        var gradients = SuperBitOps.Backward(gradient, x, state, sums).sub(SuperBitOps.Backward(gradient.to(ScalarType.Float64), x.to(ScalarType.Float64), state, torchSums));

        Assert.True(difference.gt(1e-5).sum().item<long>() < 5);
        Assert.True(gradients.abs().gt(1e-6).sum().item<long>() < 5);
        Assert.All(errors.Zip(torchErrors), pair => Assert.Equal(pair.Second, pair.First, 4));
        Assert.All(sums.Zip(torchSums), pair => Assert.Equal(pair.Second, pair.First, 0.02));
    }

    [Fact]
    public void A_case_worked_by_hand()
    {
        using var scope = NewDisposeScope();

        // 2 bits, symmetric: levels −⅔, 0 and ⅔ of the interval, ties at ±⅓. Intervals 3 and 0.3.
        var x = tensor([0.9f, 1.2f, -4f, 0.09f, 0.12f, -4f]).reshape(2, 3);
        var state = SuperBitState.Fixed(QuantizationGrid.Symmetric, 2, 3, 0.3f);
        var sums = new double[2];

        var quantized = SuperBitOps.Forward(x, state, []);
        var gradient = SuperBitOps.Backward(ones([2, 3]), x, state, sums);

        Assert.True(quantized.allclose(tensor([0f, 2f, -2f, 0f, 0.2f, -0.2f]).reshape(2, 3)));
        Assert.True(gradient.equal(tensor([1f, 1f, 0f, 1f, 1f, 0f]).reshape(2, 3)).all().item<bool>());

        // Σ x̂/v − x/v where inside: (0 − 0.3) + (⅔ − 0.4) − ⅔, the same for both rows.
        Assert.Equal(-0.3 + (2.0 / 3) - 0.4 - (2.0 / 3), sums[0], 5);
        Assert.Equal(sums[0], sums[1], 5);
        Assert.True(SuperBit.Levels(quantized, [3, 0.3f], QuantizationGrid.Symmetric, 2).equal(tensor([0f, 1f, -1f, 0f, 1f, -1f]).reshape(2, 3)).all().item<bool>());
    }

    [Property(MaxTest = 60)]
    public void Levels_of_few_bits_are_levels_of_more_in_every_row(PositiveInt seed, PositiveInt which)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(seed.Get);
        var grid = QuantizationGrid.All[which.Get % QuantizationGrid.All.Count];
        var (x, intervals) = (randn([6, 23]), Intervals(6));
        foreach (var (few, more) in new[] { (2, 4), (2, 8), (4, 8) })
        {
            var coarse = SuperBitOps.Forward(x, SuperBitState.Fixed(grid, few, intervals), []);

            Assert.True(SuperBitOps.Forward(coarse, SuperBitState.Fixed(grid, more, intervals), []).allclose(coarse, rtol: 1e-5, atol: 1e-6));
        }
    }

    [Property(MaxTest = 40)]
    public void Stored_levels_give_the_same_bits(PositiveInt seed, PositiveInt which)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(seed.Get);
        var (grid, bits) = (QuantizationGrid.All[which.Get % QuantizationGrid.All.Count], 2 + (which.Get % 7));
        var intervals = Intervals(5);
        var quantized = SuperBitOps.Forward(randn([5, 3, 4]), SuperBitState.Fixed(grid, bits, intervals), []);

        var stored = SuperBit.Levels(quantized, intervals, grid, bits);

        Assert.True(SuperBit.Values(stored, intervals, grid, bits).equal(quantized).all().item<bool>());
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        var before = get_num_threads();
        var state = new SuperBitState(QuantizationGrid.Symmetric, BitChain.Default, Intervals(301), [true, true]);
        var (x, gradient) = (randn([301, 777]), randn([301, 777]));
        var results = new List<(float[] Values, double[] Errors, double[] Sums)>();
        try
        {
            foreach (var threads in new[] { 1, 2, 3 })
            {
                set_num_threads(threads);
                var (errors, sums) = (new double[2], new double[303]);
                var values = SuperBitOps.Forward(x, state, errors).data<float>().ToArray();
                _ = SuperBitOps.Backward(gradient, x, state, sums);
                results.Add((values, errors, sums));
            }
        }
        finally
        {
            set_num_threads(before);
        }

        Assert.All(results, result => Assert.Equal(results[0].Values, result.Values));
        Assert.All(results, result => Assert.Equal(results[0].Errors, result.Errors));
        Assert.All(results, result => Assert.Equal(results[0].Sums, result.Sums));
    }

    private static float[] Intervals(int rows) => [.. Enumerable.Range(0, rows).Select(row => 0.3f + (0.21f * (row % 9)))];
}
