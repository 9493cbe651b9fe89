using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Quantization;

namespace AbsBuildTasks.Search.Kernels;

/// <summary>A quantiser at one moment.</summary>
/// <param name="Grid">The levels.</param>
/// <param name="Chain">The K candidate bitwidths.</param>
/// <param name="Interval">The clipping interval v &gt; 0.</param>
/// <param name="Gates">g_2 … g_K, of length K − 1.</param>
internal sealed record SuperBitState(QuantizationGrid Grid, BitChain Chain, float Interval, bool[] Gates)
{
    /// <summary>The bitwidth that the gates choose.</summary>
    public int ChosenBits => Chain[Gates.TakeWhile(open => open).Count()];

    /// <summary>A quantiser of one bitwidth.</summary>
    public static SuperBitState Fixed(QuantizationGrid grid, int bits, float interval) => new(grid, BitChain.Of(bits), interval, []);

    /// <summary>The numbers a kernel needs.</summary>
    public QuantizerScalars Scalars() => QuantizerScalars.Of(Grid, Chain, Interval, Gates);
}
