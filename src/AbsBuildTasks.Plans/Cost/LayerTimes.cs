namespace AbsBuildTasks.Plans.Cost;

/// <summary>How long a layer takes in an inference, measured at some numbers of kept filters and live inputs.</summary>
/// <param name="full">Nanoseconds in floating point: kept filters by live inputs.</param>
/// <param name="integers">Nanoseconds on 8-bit integers, likewise.</param>
internal sealed class LayerTimes(MonotoneGrid full, MonotoneGrid integers)
{
    /// <summary>The most bits of activations that run on integers.</summary>
    public const int IntegerBits = 8;

    /// <summary>The most bits of weights that run on integers: the unit grid needs one more for levels between its own.</summary>
    public int WeightBits { get; init; } = IntegerBits;

    /// <summary>Whether runtimes run a layer of these bits on 8-bit integers: all that fit take the same time.</summary>
    public bool IsOnIntegers(int weightBits, int activationBits) => weightBits <= WeightBits && activationBits <= IntegerBits;

    /// <summary>Nanoseconds of a layer; never less for more filters or inputs.</summary>
    public long Of(CompressedLayer layer) => (long)Math.Round(Grid(layer).At(Rows(layer), layer.LiveInputs));

    /// <summary>How that changes.</summary>
    /// <remarks>
    /// By filters and inputs, what the last half of them costs: a plateau of the table is as wide as a vector of the processor,
    /// and gates that saw only the plateau would not move. By bits, the way down to integers, in even steps.
    /// </remarks>
    public CostSlopes SlopesOf(CompressedLayer layer)
    {
        var (grid, rows, inputs) = (Grid(layer), Rows(layer), layer.LiveInputs);
        var saved = layer.Weights > 0 ? Math.Max(0, full.At(rows, inputs) - integers.At(rows, inputs)) / layer.Weights : 0;
        return new(0, PerBit(layer.WeightBits, WeightBits), PerBit(layer.ActivationBits, IntegerBits), LastHalf(rows, half => grid.At(half, inputs)), LastHalf(inputs, half => grid.At(rows, half)));

        double PerBit(int bits, int most) => bits > most ? saved / (bits - most) : 0;
    }

    private static double LastHalf(double count, Func<double, double> time) => count > 0 ? (time(count) - time(count / 2)) / (count / 2) : 0;

    // A depthwise filter without its input computes nothing: the file keeps pairs.
    private static double Rows(CompressedLayer layer) => layer.Shape.IsDepthwise ? (double)layer.Weights / layer.Shape.KernelSize : layer.KeptFilters;

    private MonotoneGrid Grid(CompressedLayer layer) => IsOnIntegers(layer.WeightBits, layer.ActivationBits) ? integers : full;
}
