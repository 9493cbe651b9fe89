using System.Runtime.CompilerServices;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Quantization;

namespace AbsBuildTasks.Search.Kernels;

/// <summary>The numbers of one quantiser that a kernel needs, in the form in which it needs them.</summary>
internal struct QuantizerScalars
{
    /// <summary>The longest chain: 1, 2, 4, 8, 16.</summary>
    public const int MaxLevels = 5;

    /// <summary>K, the number of bitwidths.</summary>
    public int Count;

    /// <summary>Index of the bitwidth that the gates choose, 0 to K − 1.</summary>
    public int Chosen;

    /// <summary>z = clip(x·Factor + Shift, Low, High).</summary>
    public float Factor;

    /// <summary>See <see cref="Factor"/>.</summary>
    public float Shift;

    /// <summary>See <see cref="Factor"/>.</summary>
    public float Low;

    /// <summary>See <see cref="Factor"/>.</summary>
    public float High;

    /// <summary>1/v.</summary>
    public float InverseInterval;

    /// <summary>x̂ = (z − Shift)·InverseScale·Interval.</summary>
    public float InverseScale;

    /// <summary>v.</summary>
    public float Interval;

    /// <summary>The grids' steps, coarsest first.</summary>
    public Levels Steps;

    /// <summary>Their reciprocals.</summary>
    public Levels InverseSteps;

    /// <summary>For gate j, 1 to K − 1: index of the bitwidth reached if it is open, gates beyond it being as they are.</summary>
    public Tops Reached;

    /// <summary>Gathers a quantiser's numbers.</summary>
    /// <param name="grid">The levels.</param>
    /// <param name="chain">The candidate bitwidths.</param>
    /// <param name="interval">v &gt; 0.</param>
    /// <param name="gates">g_2 … g_K, of length K − 1.</param>
    public static QuantizerScalars Of(QuantizationGrid grid, BitChain chain, float interval, ReadOnlySpan<bool> gates)
    {
        var scalars = new QuantizerScalars
        {
            Count = chain.Count,
            Factor = (float)grid.Scale / interval,
            Shift = (float)grid.Shift,
            Low = (float)grid.Low,
            High = (float)grid.High,
            InverseInterval = 1 / interval,
            InverseScale = (float)(1 / grid.Scale),
            Interval = interval,
        };
        for (var j = 0; j < chain.Count; j++)
        {
            scalars.Steps[j] = (float)grid.Step(chain[j]);
            scalars.InverseSteps[j] = (float)(1 / grid.Step(chain[j]));
        }

        var top = chain.Count - 1;
        for (var j = chain.Count - 1; j > 0; j--)
        {
            // Behind a closed gate only its own bitwidth is gained.
            top = j + 1 < chain.Count && gates[j] ? top : j;
            scalars.Reached[j] = top;
        }

        scalars.Chosen = chain.Count > 1 && gates[0] ? scalars.Reached[1] : 0;
        return scalars;
    }

    /// <summary>A number for each bitwidth.</summary>
    [InlineArray(MaxLevels)]
    internal struct Levels
    {
        private float _first;
    }

    /// <summary>An index for each bitwidth.</summary>
    [InlineArray(MaxLevels)]
    internal struct Tops
    {
        private int _first;
    }
}
