using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Quantization;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Export;

/// <summary>Writes a network's weights as its frozen plan leaves them: packed levels of kept filters, zeros left out.</summary>
internal sealed class WeightExporter
{
    private readonly List<(StoredBlob Blob, byte[] Bytes)> _blobs = [];

    /// <summary>Writes the weights of a network whose gates are frozen.</summary>
    public static void Write(CompressedNetwork network, string path)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        new WeightExporter().Export(network, path);
    }

    private void Export(CompressedNetwork network, string path)
    {
        var kept = network.Decisions().Select(decision => decision.Kept).ToArray();
        var layers = network.Layers.Select((layer, i) => Pack(layer, network.Map.Layers[i].IsLive(kept))).ToArray();

        // A pruned filter's bias, and what a normalisation would add to it, go with it.
        var masks = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (var i = 0; i < network.Layers.Count; i++)
        {
            masks[network.Layers[i].Layer.Shape.Name + ".bias"] = Mask(kept[i], network.Layers[i].Layer.Weight.device);
        }

        foreach (var (norm, sources) in network.Norms.Zip(network.Map.Norms))
        {
            masks[norm.Name + ".weight"] = masks[norm.Name + ".bias"] = Mask(sources.IsLive(kept), norm.Device);
        }

        var packed = layers.Select(layer => layer.Name + ".weight").ToHashSet(StringComparer.Ordinal);
        var tensors = network.Network.Module.state_dict()
            .Where(pair => !packed.Contains(pair.Key))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => Store(pair.Key, masks.TryGetValue(pair.Key, out var mask) ? pair.Value.mul(mask) : pair.Value))
            .ToArray();
        WeightArchive.Write(path, new WeightManifest(layers, tensors), _blobs);
    }

    private PackedLayer Pack(LayerCompressor layer, bool[] live)
    {
        var weight = layer.Layer.Layout.ToFilters(layer.WeightToQuantize());
        var (decision, grid, interval) = (layer.Decision, layer.Weights.Grid, layer.Weights.PositiveInterval);
        var packed = new PackedLayer(
            layer.Layer.Shape.Name,
            decision.WeightBits,
            grid,
            interval,
            decision.ActivationBits,
            layer.Activations.Grid,
            layer.Activations.PositiveInterval,
            weight.shape,
            layer.Layer.Shape.Groups,
            Ranges(decision.Kept),
            Ranges(live),
            Levels: new StoredBlob("", 0, ""));

        var some = weight.flatten(0, 1).index_select(0, tensor(packed.StoredPairs().ToArray(), device: weight.device));
        var quantized = SuperBitOps.Forward(some, SuperBitState.Fixed(grid, decision.WeightBits, interval), []);
        var levels = SuperBit.Levels(quantized, interval, grid, decision.WeightBits);
        var codes = levels.flatten().cpu().to(ScalarType.Int32).data<int>().ToArray();
        return packed with { Levels = Blob(BitPacking.Pack(codes, decision.WeightBits)) };

        static FilterRanges Ranges(IReadOnlyList<bool> flags) => FilterRanges.Of(Enumerable.Range(0, flags.Count).Where(i => flags[i]));
    }

    private StoredTensor Store(string name, Tensor value)
    {
        var local = value.detach().cpu().contiguous();
        return new StoredTensor(name, local.dtype, local.shape, Blob(local.bytes.ToArray()));
    }

    private StoredBlob Blob(byte[] bytes)
    {
        var blob = WeightArchive.Describe($"data/{_blobs.Count}.bin", bytes);
        _blobs.Add((blob, bytes));
        return blob;
    }

    private static Tensor Mask(IEnumerable<bool> stays, Device device) => tensor(stays.Select(stay => stay ? 1f : 0f).ToArray(), device: device);
}
