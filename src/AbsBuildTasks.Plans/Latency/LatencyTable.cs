using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Latency;

/// <summary>How long each layer of a network takes on a machine, at some numbers of filters and inputs. Its text is <see cref="LatencyJson"/>.</summary>
/// <remarks>An input like data files: the same table gives the same plan, on whatever machine it is searched.</remarks>
internal sealed record LatencyTable
{
    /// <summary>The version of the document's form.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>What follows a model's name in the name of its table's file.</summary>
    public const string Suffix = ".latency.json";

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The processor that was measured, for people.</summary>
    public required string Machine { get; init; }

    /// <summary>The runtime and its version, for people.</summary>
    public required string Runtime { get; init; }

    /// <summary>Threads that ran each layer.</summary>
    public required int Threads { get; init; }

    /// <summary>Examples in an inference.</summary>
    public required int Batch { get; init; }

    /// <summary>The multiple of input channels that convolutions on integers took at a time: with fewer channels, they were measured in blocks of pixels.</summary>
    public int InputMultiple { get; init; } = 1;

    /// <summary>The layers, in the order of the network; each name once.</summary>
    public required IReadOnlyList<LatencyLayer> Layers { get; init; }

    /// <summary>The times of a layer.</summary>
    /// <param name="shape">The layer.</param>
    /// <param name="weightBits">The most bits of weights that run on 8-bit integers.</param>
    /// <exception cref="AbsException">ABS1043: nobody has measured it.</exception>
    public LayerTimes TimesOf(LayerShape shape, int weightBits = LayerTimes.IntegerBits)
    {
        var name = Printable.Escape(shape.Name);
        var sizes = LatencyLayer.Sizes(shape.Kind, shape.Filters, shape.InputChannels, shape.Groups, shape.KernelSize, shape.Positions);
        var layer = Layers.FirstOrDefault(layer => layer.Names.Contains(shape.Name))
            ?? throw Missing($"layer {name} is not in the latency table; it is a {sizes}");
        return layer.Fits(shape)
            ? new(Grid(layer, layer.Float32), Grid(layer, layer.Int8)) { WeightBits = weightBits }
            : throw Missing($"the latency table has another layer {name}: a {LatencyLayer.Sizes(layer.Kind, layer.Filters, layer.Inputs, layer.Groups, layer.KernelSize, layer.Positions)}, where the network's is a {sizes}");
    }

    private static MonotoneGrid Grid(LatencyLayer layer, IReadOnlyList<IReadOnlyList<long>> times) => new(layer.FilterPoints, layer.InputPoints, times);

    private static AbsException Missing(string what) =>
        new(AbsCodes.LatencyUnknown, $"No time is known: {what}. Run 'abs profile' on the machine that will run the model, and commit the table.");
}
