using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>Quantises one tensor of a layer, its weight or its input activation, at a bitwidth that is found by training.</summary>
internal sealed class TensorQuantizer : IDisposable
{
    // Well below the error norm of any real tensor (about ¼), so that the search starts at the highest bitwidth.
    private const float InitialThreshold = 0.05f;

    // An interval that training pushed to zero or below would divide by zero.
    private const float LeastInterval = 1e-5f;

    /// <summary>Creates a quantiser; <see cref="Fit"/> gives it its interval.</summary>
    /// <param name="chain">Candidate bitwidths; a single one pins the tensor to it.</param>
    /// <param name="device">Where the tensor is.</param>
    public TensorQuantizer(BitChain chain, Device device)
    {
        Chain = chain;
        Interval = new Parameter(ones([], device: device)).Detached();
        Thresholds = chain.Count > 1 ? new Parameter(full([chain.Count - 1], InitialThreshold, device: device)).Detached() : null;
        Gates = ones([chain.Count - 1], device: device).DetachFromDisposeScope();
    }

    /// <summary>Candidate bitwidths.</summary>
    public BitChain Chain { get; }

    /// <summary>The clipping interval v, <c>[]</c>.</summary>
    public Parameter Interval { get; }

    /// <summary>α_2 … α_K, <c>[K − 1]</c>; null where the bitwidth is pinned.</summary>
    public Parameter? Thresholds { get; }

    /// <summary>g_2 … g_K of the latest call, <c>[K − 1]</c>, with gradients to the thresholds.</summary>
    public Tensor Gates { get; private set; }

    /// <summary>The levels the tensor may take.</summary>
    public QuantizationGrid Grid { get; private set; } = QuantizationGrid.Symmetric;

    /// <summary>Chooses grid and interval from data: good at the chain's middle bitwidth, where the search passes through.</summary>
    public void Fit(Tensor values, QuantizationGrid grid)
    {
        Grid = grid;
        Refit(values, Chain[Chain.Count / 2]);
    }

    /// <summary>Chooses the interval for one bitwidth.</summary>
    public void Refit(Tensor values, int bits)
    {
        using var noGradient = no_grad();
        Interval.fill_(ClippingInterval.Fit(values, Grid, bits));
    }

    /// <summary>Quantises at the bitwidth the gates choose.</summary>
    public Tensor Search(Tensor x)
    {
        if (Thresholds is null)
        {
            return Fixed(x, Chain.Lowest);
        }

        var (quantized, gates) = SuperBitFunction.Quantize(x, Positive(), Thresholds, Grid, Chain);

        // The network's forward may run in a dispose scope of its own, and the cost is taken after that has ended.
        Gates.Dispose();
        Gates = gates.DetachFromDisposeScope();
        return quantized;
    }

    /// <summary>Quantises at one bitwidth.</summary>
    public Tensor Fixed(Tensor x, int bits) => SuperBitFunction.Quantize(x, Positive(), Grid, bits);

    /// <summary>b_1 + Σ (b_j − b_{j−1})·Π_{i ≤ j} g_i, a scalar with gradients to the gates.</summary>
    public Tensor EffectiveBits()
    {
        if (Chain.Count == 1)
        {
            return tensor((float)Chain.Lowest, device: Interval.device);
        }

        var steps = tensor(Enumerable.Range(1, Chain.Count - 1).Select(j => (float)(Chain[j] - Chain[j - 1])).ToArray(), device: Interval.device);
        return Gates.cumprod(0).mul(steps).sum().add(Chain.Lowest);
    }

    /// <summary>The bitwidth the latest gates choose.</summary>
    public int ChosenBits()
    {
        using var scope = NewDisposeScope();
        var open = Gates.detach().cpu().to(ScalarType.Float32).data<float>().ToArray();
        return Chain[open.TakeWhile(gate => gate > 0.5f).Count()];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Interval.Dispose();
        Thresholds?.Dispose();
        Gates.Dispose();
    }

    private Tensor Positive() => Interval.clamp_min(LeastInterval);
}
