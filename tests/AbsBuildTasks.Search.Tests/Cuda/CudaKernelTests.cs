using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Quantization;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Cuda;

public class CudaKernelTests
{
    [CudaFact]
    public void Values_errors_and_gradients_of_the_quantiser()
    {
        using var scope = NewDisposeScope();
        foreach (var (grid, bits, gates) in new[] { ("symmetric", "2;4;8", new[] { true, false }), ("unsigned", "3;6", [true]), ("unit", "5", []) })
        {
            var chain = BitChain.Parse(bits);
            var state = new SuperBitState(QuantizationGrid.Named(grid), chain, [0.9f], gates);
            var (x, gradient) = (AwayFromTies(state), randn([4000]));
            var (there, into) = (x.to(Gpu.Device), empty([4000], device: Gpu.Device));
            var (errors, errorsThere) = (new double[chain.Count - 1], new double[chain.Count - 1]);
            var (sums, sumsThere) = (new double[chain.Count], new double[chain.Count]);

            Gpu.AssertNear(SuperBitOps.Forward(x, state, errors), SuperBitOps.Forward(there, state, errorsThere));
            Gpu.AssertNear(SuperBitOps.Forward(x, state, []), SuperBitOps.Forward(there, state, [], into));
            Gpu.AssertNear(SuperBitOps.Forward(x, state, []), into);
            Gpu.AssertNear(SuperBitOps.Backward(gradient, x, state, sums), SuperBitOps.Backward(gradient.to(Gpu.Device), there, state, sumsThere));
            Gpu.AssertNear(errors, errorsThere);
            Gpu.AssertNear(sums, sumsThere);
        }
    }

    /// <summary>Gates that close in a step make it quantise again, into the same tensor.</summary>
    [CudaFact]
    public void A_step_of_training_whose_gates_close()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(3);
        var (x, upstream) = (randn([4000]), randn([4000]));
        var (expected, result, bits, interval) = Step(x, upstream);
        var (expectedThere, resultThere, bitsThere, intervalThere) = Step(x.to(Gpu.Device), upstream.to(Gpu.Device));

        Assert.Equal((2, 2), (bits, bitsThere));
        Gpu.AssertNear(expected, expectedThere);
        Gpu.AssertNear(result, resultThere);
        Gpu.AssertNear([interval], [intervalThere]);

        static (Tensor Value, Tensor Gradient, int Bits, double Interval) Step(Tensor values, Tensor upstream)
        {
            using var quantizer = new TensorQuantizer(BitChain.Default);
            quantizer.Fit(values, QuantizationGrid.Symmetric);
            quantizer.Interval.Value = 1;
            foreach (var threshold in quantizer.Gates.Parameters)
            {
                threshold.Value = 100;
            }

            var x = values.detach().requires_grad_();
            var value = QuantizeFunction.Quantize(x, quantizer, measure: true);
            value.mul(upstream).sum().backward();
            return (value.detach(), x.grad!, quantizer.ChosenBits, quantizer.Interval.Gradient);
        }
    }

    [CudaFact]
    public void Sums_and_changes_of_rows()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn([5, 37, 2]), randn([5, 37, 2]));
        var (sums, sumsThere) = (new double[5], new double[5]);
        float[] amounts = [0.5f, 0, -1, 2, 3];
        var (target, targetThere) = (b.clone(), b.to(Gpu.Device));

        RowKernel.AddDots(a, b, sums);
        RowKernel.AddDots(a.to(Gpu.Device), b.to(Gpu.Device), sumsThere);
        RowKernel.AddSigns(target, a, amounts);
        RowKernel.AddSigns(targetThere, a.to(Gpu.Device), amounts);

        Gpu.AssertNear(RowKernel.MeanMagnitudes(a), RowKernel.MeanMagnitudes(a.to(Gpu.Device)));
        Gpu.AssertNear(sums, sumsThere);
        Gpu.AssertNear(target, targetThere);
    }

    [CudaFact]
    public void Moves_of_images()
    {
        using var scope = NewDisposeScope();
        var images = randn([3, 2, 5, 4]);
        ImageMove[] moves = [new(true, 0, 3), new(false, 2, 2), new(true, 4, 1)];

        Gpu.AssertNear(ImageMove.Apply(images, moves, 2), ImageMove.Apply(images.to(Gpu.Device), moves, 2), tolerance: 0);
    }

    /// <summary>Values near no border between two levels, where rounding of the last bit would decide.</summary>
    private static Tensor AwayFromTies(SuperBitState state)
    {
        _ = manual_seed(2);
        var x = randn([40_000]);
        var (intervals, grid) = (state.Intervals, state.Grid);
        var far = ones_like(x, dtype: ScalarType.Bool);
        foreach (var bits in state.Chain)
        {
            var levels = SuperBit.Normalize(x, intervals, grid).div_(grid.Step(bits));
            far.logical_and_(levels.sub(levels.floor()).sub_(0.5).abs_().gt(0.01));
        }

        return x[far][TensorIndex.Slice(0, 4000)];
    }
}
