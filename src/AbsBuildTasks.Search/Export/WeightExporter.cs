using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Quantization;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Export;

/// <summary>Writes a network's weights as its frozen plan leaves them: packed levels of kept filters, zeros left out.</summary>
internal sealed class WeightExporter
{
    private readonly List<(StoredBlob Blob, byte[] Bytes)> _blobs = [];

    /// <summary>Writes the weights of a network whose gates are frozen.</summary>
    public static void Write(CompressedNetwork network, string path)
    {
        using var file = File.Create(path);
        Write(network, file);
    }

    /// <summary>The same into a stream, which stays open.</summary>
    public static void Write(CompressedNetwork network, Stream stream)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        new WeightExporter().Export(network, stream);
    }

    private void Export(CompressedNetwork network, Stream stream)
    {
        var kept = network.Decisions().Select(decision => decision.Kept).ToArray();

        // By the tensors themselves: a module may have several names.
        var packed = network.Layers.Select(layer => layer.Layer.Weight.Handle).ToHashSet();
        var masks = new Dictionary<IntPtr, IReadOnlyList<bool>>();
        for (var i = 0; i < network.Layers.Count; i++)
        {
            // A pruned filter's bias, and what a normalisation would add to it, go with it.
            Mask(network.Layers[i].Layer.Bias, kept[i]);
        }

        foreach (var (norm, sources) in network.Norms.Zip(network.Map.Norms))
        {
            Mask(norm.Weight, sources.IsLive(kept));
            Mask(norm.Bias, sources.IsLive(kept));
        }

        var names = network.Network.Module.named_modules().Append((name: "", module: network.Network.Module)).ToLookup(pair => pair.module, pair => pair.name);
        var layers = network.Layers.Select((layer, i) => Pack(layer, network.Map.Layers[i].IsLive(kept)))
            .Zip(network.Layers)
            .SelectMany(pair => names[pair.Second.Layer.Module].Select(name => pair.First with { Name = pair.Second.Layer.Kind.NameIn(name) }))
            .ToArray();
        var tensors = NetworkState.Of(network.Network.Module)
            .Where(pair => !packed.Contains(pair.Value.Handle))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal)
            .Select(pair => Store(pair.Name, masks.TryGetValue(pair.Value.Handle, out var stays) ? pair.Value.mul(MaskOf(stays, pair.Value.device)) : pair.Value))
            .ToArray();
        WeightArchive.Write(stream, new WeightManifest(layers, tensors) { Values = network.Rounding.Values }, _blobs);

        void Mask(Tensor? parameter, IReadOnlyList<bool> stays)
        {
            if (parameter is not null)
            {
                masks[parameter.Handle] = stays;
            }
        }
    }

    private PackedLayer Pack(LayerCompressor layer, bool[] live)
    {
        var weight = layer.Layer.Layout.ToFilters(layer.WeightToQuantize());
        var decision = layer.Decision;
        var packed = new PackedLayer(
            layer.Layer.Shape.Name,
            decision.WeightBits,
            layer.Weights.IsQuantized ? layer.Weights.Grid : null,
            layer.Weights.Intervals,
            decision.ActivationBits,
            layer.Activations.IsQuantized ? layer.Activations.Grid : null,
            layer.Activations.Intervals[0],
            weight.shape,
            layer.Layer.Shape.Groups,
            Ranges(decision.Kept),
            Ranges(live),
            Levels: new StoredBlob("", 0, ""));

        var pairs = packed.StoredPairs().ToArray();
        var some = weight.flatten(0, 1).index_select(0, tensor(pairs, device: weight.device));
        return packed with { Levels = Blob(packed.WeightGrid is { } grid ? PackLevels(some, grid, packed.IntervalsOf(pairs), decision.WeightBits) : Bytes(some)) };

        static FilterRanges Ranges(IReadOnlyList<bool> flags) => FilterRanges.Of(Enumerable.Range(0, flags.Count).Where(i => flags[i]));
    }

    private StoredTensor Store(string name, Tensor value) => new(name, value.dtype, value.shape, Blob(Bytes(value)));

    private StoredBlob Blob(byte[] bytes)
    {
        var blob = WeightArchive.Describe($"data/{_blobs.Count}.bin", bytes);
        _blobs.Add((blob, bytes));
        return blob;
    }

    private static byte[] PackLevels(Tensor weights, QuantizationGrid grid, float[] intervals, int bits)
    {
        var quantized = SuperBitOps.Forward(weights, SuperBitState.Fixed(grid, bits, intervals), []);
        var levels = SuperBit.Levels(quantized, intervals, grid, bits);
        return BitPacking.Pack(levels.flatten().cpu().to(ScalarType.Int32).data<int>().ToArray(), bits);
    }

    private static byte[] Bytes(Tensor value) => value.detach().cpu().contiguous().bytes.ToArray();

    private static Tensor MaskOf(IEnumerable<bool> stays, Device device) => tensor(stays.Select(stay => stay ? 1f : 0f).ToArray(), device: device);
}
