using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.OnnxExport.Passes;
using AbsBuildTasks.Search.OnnxExport.Quantized;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport;

/// <summary>Writes a network as its plan leaves it: without pruned filters, on the plan's levels.</summary>
internal static class CompressedExport
{
    private const string Weight = ".weight";

    /// <summary>Makes the graph.</summary>
    /// <param name="traced">The network with its compressed weights, but without quantisers of its inputs.</param>
    /// <param name="packed">What the weights file says of its layers.</param>
    /// <param name="fuses">The operators that the runtime makes part of quantisers; see <see cref="InputQuantizing"/>.</param>
    /// <param name="highestOpset">The highest version of ONNX's operators that it may need: weights that have no type then take more bits.</param>
    /// <param name="inputMultiple">The multiple of input channels that convolutions on integers take at a time; see <see cref="PixelBlocks"/>.</param>
    /// <param name="sums">Levels of values that the plan does not quantise; see <see cref="SumCalibration"/>.</param>
    /// <exception cref="AbsException">ABS6001: a call has no operator, or a layer is used in another way than by its own operator.</exception>
    public static CompressedGraph Write(TracedGraph traced, IReadOnlyList<PackedLayer> packed, IReadOnlyCollection<string> fuses, long highestOpset = OnnxRecord.HighestOpset, int inputMultiple = 1, IReadOnlyList<SumLevels>? sums = null)
    {
        // A module's weight may have any of its names, of which the network's state has the first.
        var layers = packed.SelectMany(layer => WeightNames(layer.Name).Select(name => (name, Levels: Levels(layer)))).ToDictionary(pair => pair.name, pair => pair.Levels, StringComparer.Ordinal);
        var graph = FloatExport.Write(traced, LevelWriter.OpsetFor(layers.Values, highestOpset));
        var scales = packed.Where(layer => layer.HasFilterScales).ToDictionary(layer => layer.Name + Weight, Scales, StringComparer.Ordinal);
        var factors = Shrinking.Run(graph, BatchNormFolding.Run(graph, scales), packed.SelectMany(layer => WeightNames(layer.Name).Select(name => (name, layer))).ToDictionary(pair => pair.name, pair => Planned(pair.layer), StringComparer.Ordinal));
        var count = graph.Nodes.Count(graph.IsLayer) + graph.NativeWeights.Count;
        var writer = new LevelWriter(graph, factors, layers, fuses);
        var points = writer.QuantizeInputs();
        writer.QuantizeSums(sums ?? []);
        OnnxNode[] products = [.. graph.Nodes.Where(graph.IsProduct)];
        var written = writer.PackWeights();
        RequireAll(packed, written);
        var loose = packed.Where(layer => layer.WeightGrid is not null)
            .GroupBy(layer => layer.Levels.Entry, layer => layer.Name, (_, names) => names.ToArray(), StringComparer.Ordinal)
            .Where(names => !names.SelectMany(WeightNames).Any(written.ContainsKey))
            .Select(names => (Name: names[0], Packed: layers[names[0]].Weights is { FitsSignedByte: true } grid ? LooseConstants.Write(graph, [.. names.SelectMany(WeightNames)], grid) : default(PackedWeight)))
            .ToArray();
        new PixelBlocks(graph, fuses).Run(inputMultiple);
        return new CompressedGraph(graph, count, written.Values.Count(weight => weight.IsOnIntegers), products.Length, products.Count(IsOnIntegers), written.Values.Sum(weight => weight.WidenedBytes) + loose.Sum(weight => weight.Packed?.WidenedBytes ?? 0), points)
        {
            Unpacked = [.. loose.Where(weight => weight.Packed is null).Select(weight => weight.Name)],
        };

        bool IsOnIntegers(OnnxNode product) => product.Inputs.All(side => graph.Nodes.Exists(node => node.OpType == "DequantizeLinear" && node.Outputs[0] == side));
    }

    /// <summary>A layer whose inputs the file does not quantise it would not compute as the plan says. One with several names is there under one of them.</summary>
    private static void RequireAll(IReadOnlyList<PackedLayer> packed, IReadOnlyDictionary<string, PackedWeight> written)
    {
        var missing = packed
            .GroupBy(layer => layer.Levels.Entry, StringComparer.Ordinal)
            .FirstOrDefault(names => names.Any(layer => layer.ActivationGrid is not null) && !names.Any(layer => WeightNames(layer.Name).Any(written.ContainsKey)));
        if (missing is not null)
        {
            throw new AbsException(AbsCodes.NotExportable, $"The network cannot be written as ONNX: the plan quantises layer '{Printable.Escape(missing.First().Name)}', but the network does not use its weight in an operator of its own; call the layer as it is.");
        }
    }

    private static PlannedChannels Planned(PackedLayer layer)
    {
        var (filters, inputs) = (new bool[layer.Shape[0]], new bool[layer.Shape[1] * layer.Groups]);
        foreach (var filter in layer.KeptFilters)
        {
            filters[filter] = true;
        }

        foreach (var input in layer.LiveInputs)
        {
            inputs[input] = true;
        }

        return new PlannedChannels(filters, inputs);
    }

    /// <summary>What the layer's weight may be called in the network: of a module with several, the layer has the weight's name.</summary>
    private static IEnumerable<string> WeightNames(string layer) => [layer + Weight, layer];

    /// <summary>Where filters have scales of their own, their levels are whole numbers times 1, and the scales are factors of the filters.</summary>
    private static LayerLevels Levels(PackedLayer layer) => new(
        layer.WeightGrid is { } weights ? LevelGrid.Of(weights, layer.WeightBits, layer.WeightIntervals[0]) is var first && layer.HasFilterScales ? first with { Scale = 1 } : first : null,
        layer.ActivationGrid is { } inputs ? LevelGrid.Of(inputs, layer.ActivationBits, layer.ActivationInterval) : null);

    private static float[] Scales(PackedLayer layer) => [.. layer.WeightIntervals.Select(interval => LevelGrid.Of(layer.WeightGrid!, layer.WeightBits, interval).Scale)];
}
