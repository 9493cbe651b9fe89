using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Quantization;
using FsCheck;
using FsCheck.Xunit;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Kernels;

public class SuperBitOpsTests
{
    /// <summary>The fused kernel works in single precision, torch's operations in whatever the tensor has.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(70_001)]
    public void What_is_no_number_or_infinite_stays_so_in_memory_and_in_torch(int length)
    {
        using var scope = NewDisposeScope();
        var x = rand(length);
        x[length - 1] = float.NaN;
        x[0] = length == 1 ? float.NaN : float.NegativeInfinity;
        var quantizer = SuperBitState.Fixed(QuantizationGrid.Unsigned, 4, 1);

        // Torch's operations take what is not in single precision.
        foreach (var result in new[] { SuperBitOps.Forward(x, quantizer, []), SuperBitOps.Forward(x.to(ScalarType.Float64), quantizer, []) })
        {
            Assert.True(result[length - 1].isnan().item<bool>());
            Assert.True(length == 1 || result[0].isneginf().item<bool>());
            Assert.Equal(Math.Max(0, length - 2), result.isfinite().sum().item<long>());
        }
    }

    [Theory]
    [InlineData("symmetric", "2;4;8", true, true)]
    [InlineData("symmetric", "2;4;8", false, true)]
    [InlineData("unsigned", "2;4;8", true, false)]
    [InlineData("unit", "1;2;4;8", true, false)]
    [InlineData("symmetric", "1;2;4;8;16", true, true)]
    [InlineData("unsigned", "3;6", true, true)]
    [InlineData("symmetric", "5", true, true)]
    public void The_fused_kernel_and_torch_agree(string name, string bits, bool first, bool others)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(2);
        var chain = BitChain.Parse(bits);
        var state = new SuperBitState(QuantizationGrid.Named(name), chain, [0.9f], [.. Enumerable.Range(1, chain.Count - 1).Select(j => j == 1 ? first : others)]);
        var (x, gradient) = (randn([3, 70_001]), randn([3, 70_001]));
        var (errors, torchErrors) = (new double[chain.Count - 1], new double[chain.Count - 1]);
        var (sums, torchSums) = (new double[chain.Count], new double[chain.Count]);

        var fused = SuperBitOps.Forward(x, state, errors);
        var torch = SuperBitOps.Forward(x.to(ScalarType.Float64), state, torchErrors);
        var fusedGradient = SuperBitOps.Backward(gradient, x, state, sums);
        var torchGradient = SuperBitOps.Backward(gradient.to(ScalarType.Float64), x.to(ScalarType.Float64), state, torchSums);

        // A value at a tie may fall to either side: one level of the chosen bitwidth, and few of them.
        var chosen = chain[state.Scalars().Chosen];
        var differences = fused.sub(torch).abs();
        Assert.True(differences.max().item<double>() < 1.01 * state.Grid.Step(chosen) * 0.9 / state.Grid.Scale);
        Assert.True(differences.gt(1e-5).sum().item<long>() < (chosen > 8 ? 2000 : 20));
        Assert.True(fusedGradient.sub(torchGradient).abs().gt(1e-6).sum().item<long>() < 5);
        Assert.All(errors.Zip(torchErrors), pair => Assert.Equal(pair.Second, pair.First, 4));
        Assert.All(sums.Zip(torchSums), pair => Assert.True(Math.Abs(pair.First - pair.Second) < (chosen > 8 ? 0.05 : 0.01) + (1e-3 * Math.Abs(pair.Second)), $"{pair}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_measured_and_where_it_is_written_to_does_not_change_the_values(bool fused)
    {
        using var scope = NewDisposeScope();
        var state = new SuperBitState(QuantizationGrid.Symmetric, BitChain.Default, [1.1f], [true, false]);
        var x = linspace(-2, 2, 1000, dtype: fused ? ScalarType.Float32 : ScalarType.Float64).requires_grad_();
        var into = empty_like(x);

        var measured = SuperBitOps.Forward(x, state, new double[2]);
        var written = SuperBitOps.Forward(x, state, [], into);

        Assert.Same(into, written);
        Assert.True(measured.equal(written).all().item<bool>());
        Assert.True(measured.equal(SuperBitOps.Forward(x, state, [])).all().item<bool>());
        Assert.False(measured.requires_grad);
    }

    [Property(MaxTest = 60)]
    public void Any_length_is_quantised_as_its_parts_are(PositiveInt length)
    {
        using var scope = NewDisposeScope();
        var count = length.Get * 37 % 5000 + 1;
        var state = new SuperBitState(QuantizationGrid.Symmetric, BitChain.Default, [1.1f], [true, false]);
        var x = linspace(-2, 2, count);
        var whole = SuperBitOps.Forward(x, state, new double[2]).data<float>().ToArray();

        var one = Enumerable.Range(0, count).Where(i => i % 97 == 0 || i > count - 20);
        Assert.All(one, i => Assert.Equal(whole[i], SuperBitOps.Forward(x[TensorIndex.Slice(i, i + 1)], state, new double[2]).item<float>()));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        var before = get_num_threads();
        var state = new SuperBitState(QuantizationGrid.Unsigned, BitChain.Default, [1.1f], [true, true]);
        var (x, gradient) = (rand([1_000_003]), randn([1_000_003]));
        var results = new List<(float[] Values, double[] Errors, float[] Gradient, double[] Sums)>();
        try
        {
            foreach (var threads in new[] { 1, 2, 3, 2 })
            {
                set_num_threads(threads);
                var (errors, sums) = (new double[2], new double[3]);
                results.Add((
                    SuperBitOps.Forward(x, state, errors).data<float>().ToArray(),
                    errors,
                    SuperBitOps.Backward(gradient, x, state, sums).data<float>().ToArray(),
                    sums));
            }
        }
        finally
        {
            set_num_threads(before);
        }

        Assert.All(results, result => Assert.Equal(results[0].Values, result.Values));
        Assert.All(results, result => Assert.Equal(results[0].Errors, result.Errors));
        Assert.All(results, result => Assert.Equal(results[0].Gradient, result.Gradient));
        Assert.All(results, result => Assert.Equal(results[0].Sums, result.Sums));
    }

    [Fact]
    public void Values_in_any_layout_keep_their_places()
    {
        using var scope = NewDisposeScope();
        var state = SuperBitState.Fixed(QuantizationGrid.Symmetric, 4, 1);
        var x = rand([5, 7]);

        Assert.True(SuperBitOps.Forward(x.t(), state, []).equal(SuperBitOps.Forward(x, state, []).t()).all().item<bool>());
    }
}
