using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Cost;

/// <summary>
/// Something that a network costs, and that a budget can limit: what it is called, how it is counted, and how people
/// write it. Budgets, searches, plans, diffs, snapshots and reports go over <see cref="All"/>.
/// </summary>
internal sealed class CostKind
{
    private CostKind(int index) => Index = index;

    /// <summary>Bit-operations of one example: <c>macs × weightBits × activationBits</c>.</summary>
    public static CostKind Bops { get; } = new(0)
    {
        Key = "bops",
        Property = "bops",
        RelativeProperty = "relativeBops",
        Title = "BOPs",
        Words = "bit-operations",
        TooMuch = "costs more",
        Short = ShortCount.Operations,
        Formula = new("macs x weightBits x activationBits", CostModel.Bops),
        Of = layer => CostModel.Bops(layer.Macs, layer.WeightBits, layer.ActivationBits),
        OfRest = (_, macs, bits) => CostModel.Bops(macs, bits, bits),
        Slopes = layer => new(
            (double)layer.Shape.Positions * layer.ActivationBits * layer.WeightBits,
            (double)layer.Shape.Positions * layer.ActivationBits,
            (double)layer.Shape.Positions * layer.WeightBits,
            0),
    };

    /// <summary>Bytes of the parameters.</summary>
    public static CostKind Size { get; } = new(1)
    {
        Key = "size",
        Property = "sizeBytes",
        Title = "size",
        Words = "bytes",
        Unit = " bytes",
        TooMuch = "is larger",
        Short = ShortCount.Bytes,
        Amounts = new("a size", "bytes such as size=800B or size=40KB", "2KB", ByteSize.TryParse, ByteSize.Write),
        Of = CostModel.SizeBytes,
        OfRest = (parameters, _, _) => checked(parameters * CostModel.ParameterBytes),
        Slopes = layer => new(layer.WeightBits / CostModel.BitsPerByte, 1 / CostModel.BitsPerByte, 0, layer.Shape.HasBias ? CostModel.BiasBytes : 0),
    };

    /// <summary>Nanoseconds of one inference: the sum of the layers, each as a table of measurements says; nobody measures the rest.</summary>
    public static CostKind Latency { get; } = new(2)
    {
        Key = "latency",
        Property = "latencyNanoseconds",
        Title = "latency",
        Words = "nanoseconds",
        Unit = " ns",
        TooMuch = "takes longer",
        Gained = "faster",
        Short = ShortCount.Nanoseconds,
        Amounts = new("a time", "a time such as latency=800us or latency=2ms", "20us", Duration.TryParse, Duration.Write),
        IsMeasured = true,
        Of = layer => layer.Shape.Times?.Of(layer) ?? 0,
        Slopes = layer => layer.Shape.Times?.SlopesOf(layer) ?? default,
    };

    /// <summary>Every cost, in the order in which budgets, plans and tables have them.</summary>
    public static IReadOnlyList<CostKind> All { get; } = [Bops, Size, Latency];

    /// <summary>The costs that follow from a network alone, without measurements.</summary>
    public static IReadOnlyList<CostKind> Counted { get; } = [.. All.Where(kind => !kind.IsMeasured)];

    /// <summary>The cost that λ prices, that a budget of a drop alone makes as small as it can, and that a search tells its progress by.</summary>
    public static CostKind Leading => Bops;

    /// <summary>Its place in <see cref="All"/>.</summary>
    public int Index { get; }

    /// <summary>Its name in budgets and tolerances: <c>size</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Its property in plans and diffs: <c>sizeBytes</c>.</summary>
    public required string Property { get; init; }

    /// <summary>The property of the full-precision network's cost: <c>fullPrecisionSizeBytes</c>.</summary>
    public string FullPrecisionProperty => "fullPrecision" + char.ToUpperInvariant(Property[0]) + Property.Substring(1);

    /// <summary>The property of its share of full precision, which is then what reports tell first; null where they tell its amount.</summary>
    public string? RelativeProperty { get; init; }

    /// <summary>Its title in tables.</summary>
    public required string Title { get; init; }

    /// <summary>Its unit in a sentence.</summary>
    public required string Words { get; init; }

    /// <summary>What follows its exact number, with a space; empty where the title says it.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What a plan above its limit does, in a message.</summary>
    public required string TooMuch { get; init; }

    /// <summary>What a plan of less cost is.</summary>
    public string Gained { get; init; } = "smaller";

    /// <summary>Whether it follows from a table of measurements: networks without one do not have this cost, which is zero then.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>Writes an amount in a few characters.</summary>
    public required Func<long, string> Short { get; init; }

    /// <summary>How an amount is written in a budget; null where budgets limit its share of full precision alone.</summary>
    public CostAmounts? Amounts { get; init; }

    /// <summary>How it follows from what a plan tells; null where plans do not tell enough.</summary>
    public CostFormula? Formula { get; init; }

    /// <summary>What a layer costs; throws <see cref="OverflowException"/> where that does not fit 64 bits.</summary>
    public required Func<CompressedLayer, long> Of { get; init; }

    /// <summary>What a number of parameters, which stay at 32 bits, and of multiply-accumulates of values of some bits cost; throws likewise.</summary>
    public Func<long, long, int, long> OfRest { get; init; } = (_, _, _) => 0;

    /// <summary>How a layer's cost changes with a little more of all that the layer has.</summary>
    public required Func<CompressedLayer, CostSlopes> Slopes { get; init; }

    /// <summary>The costs that there are of networks: all but those that nobody has measured.</summary>
    /// <param name="fullPrecision">What each of them costs at full precision.</param>
    public static IReadOnlyList<CostKind> KnownIn(params IReadOnlyList<PerCost<long>> fullPrecision) =>
        [.. All.Where(kind => !kind.IsMeasured || fullPrecision.Any(costs => costs[kind] > 0))];

    /// <summary>The cost of a name in budgets; null where there is none.</summary>
    public static CostKind? Find(string key) => All.FirstOrDefault(kind => kind.Key == key);

    /// <summary>The key, for a debugger or a test's name.</summary>
    public override string ToString() => Key;
}
