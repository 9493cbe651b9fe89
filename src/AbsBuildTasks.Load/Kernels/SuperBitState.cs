using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Quantization;

namespace AbsBuildTasks.Search.Kernels;

/// <summary>A quantiser at one moment.</summary>
/// <param name="Grid">The levels.</param>
/// <param name="Chain">The K candidate bitwidths.</param>
/// <param name="Intervals">The clipping intervals v &gt; 0: one for all values, or one for each entry of the tensor's first dimension.</param>
/// <param name="Gates">g_2 … g_K, of length K − 1.</param>
internal sealed record SuperBitState(QuantizationGrid Grid, BitChain Chain, float[] Intervals, bool[] Gates)
{
    /// <summary>The bitwidth that the gates choose.</summary>
    public int ChosenBits => Chain[Gates.TakeWhile(open => open).Count()];

    /// <summary>A quantiser of one bitwidth.</summary>
    public static SuperBitState Fixed(QuantizationGrid grid, int bits, params float[] intervals) => new(grid, BitChain.Of(bits), intervals, []);

    /// <summary>The numbers a kernel needs beside the intervals.</summary>
    public QuantizerScalars Scalars() => QuantizerScalars.Of(Grid, Chain, Gates);

    /// <summary>∂b/∂g_j: the bits that gate j and the open ones right behind it are worth, if all before it are open.</summary>
    public int BitsBehind(int gate)
    {
        if (Gates.AsSpan(0, gate).Contains(false))
        {
            return 0;
        }

        var last = gate;
        while (last + 1 < Gates.Length && Gates[last + 1])
        {
            last++;
        }

        return Chain[last + 1] - Chain[gate];
    }
}
