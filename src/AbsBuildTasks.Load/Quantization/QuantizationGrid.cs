using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Search.Quantization;

/// <summary>
/// The levels a quantised tensor may take. A value x with clipping interval v is normalised to
/// z = clip(Scale·x/v + Shift, Low, High), rounded to multiples of <see cref="Step"/>, and scaled back by
/// x̂ = v·(z − Shift)/Scale.
/// </summary>
/// <remarks>
/// With s_b = 1/(2^b − 1), the step of every grid is a fixed multiple of s_b, so that the ratio of two steps is
/// (2^b − 1)/(2^a − 1): an integer whenever b is a multiple of a. That is why the grids of a <see cref="BitChain"/>
/// nest.
/// </remarks>
internal sealed record QuantizationGrid
{
    // Keeps the outermost value below the tie that would round to a level one bit too far. Single precision still
    // resolves it at 16 bits: 32767.5·(1 − 1e-6) = 32767.47.
    private const double Margin = 1e-6;

    private QuantizationGrid(string name, double scale, double shift, double low, double high, double stepFactor)
    {
        Name = name;
        Scale = scale;
        Shift = shift;
        Low = low;
        High = high;
        StepFactor = stepFactor;
    }

    /// <summary>Levels k·2s_b with |k| ≤ 2^(b−1) − 1: signed, zero included, stored in b-bit signed integers.</summary>
    public static QuantizationGrid Symmetric { get; } = new(PlanGrids.Symmetric, 1, 0, -1 + Margin, 1 - Margin, 2);

    /// <summary>Levels k·s_b with 0 ≤ k ≤ 2^b − 1, for values that are never negative.</summary>
    public static QuantizationGrid Unsigned { get; } = new(PlanGrids.Unsigned, 1, 0, 0, 1, 1);

    /// <summary>The paper's weight grid: 2^b levels between −v and v, without a zero.</summary>
    public static QuantizationGrid Unit { get; } = new(PlanGrids.Unit, 0.5, 0.5, 0, 1, 1);

    /// <summary>All grids.</summary>
    public static IReadOnlyList<QuantizationGrid> All { get; } = [Symmetric, Unsigned, Unit];

    /// <summary>The grid's name in plans.</summary>
    public string Name { get; }

    /// <summary>Factor of x/v.</summary>
    public double Scale { get; }

    /// <summary>What is added to Scale·x/v.</summary>
    public double Shift { get; }

    /// <summary>The smallest normalised value.</summary>
    public double Low { get; }

    /// <summary>The largest normalised value.</summary>
    public double High { get; }

    private double StepFactor { get; }

    /// <summary>The distance of neighbouring levels at a bitwidth, in normalised units.</summary>
    public double Step(int bits) => StepFactor / ((1L << bits) - 1);

    /// <summary>The grid a weight setting names.</summary>
    public static QuantizationGrid Of(WeightGrid grid) => grid == WeightGrid.Unit ? Unit : Symmetric;

    /// <summary>The grid a plan or weights file names.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static QuantizationGrid Named(string name) =>
        All.FirstOrDefault(grid => grid.Name == name)
        ?? throw new ArgumentException($"There is no grid '{name}'.", nameof(name));
}
