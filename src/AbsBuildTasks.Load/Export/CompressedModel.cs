using System.IO.Compression;
using System.Runtime.CompilerServices;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Quantization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search;

/// <summary>Puts compressed weights into a network, for use in an application.</summary>
public static class CompressedModel
{
    private static readonly ConditionalWeakTable<Module, HookSet> Hooks = [];

    /// <summary>
    /// Makes a network compute what its plan was evaluated with: compressed weights, pruned filters at zero, and
    /// inputs of each layer quantised.
    /// </summary>
    /// <param name="network">The network as the model project creates it, on any device.</param>
    /// <param name="weightsFile">The <c>.weights.zip</c> that the build wrote.</param>
    /// <returns>The same network, in evaluation mode.</returns>
    /// <exception cref="AbsException">
    /// ABS2011: the file is damaged, or belongs to another network. ABS2017: the network does not show its layers, for example
    /// as the application is trimmed. ABS2018: native AOT has no code for what a layer takes and gives.
    /// </exception>
    public static TNetwork Load<TNetwork>(TNetwork network, string weightsFile)
        where TNetwork : Module
    {
        Load(network, weightsFile, LayerKinds.All);
        return network;
    }

    /// <summary>Does the same with layers of some kinds.</summary>
    internal static void Load(Module network, string weightsFile, LayerKinds kinds)
    {
        QuantizeInputs(network, LoadWeights(network, weightsFile, kinds), kinds);
        network.eval();
    }

    /// <summary>Puts the weights into a network whose inputs stay as they are.</summary>
    /// <returns>What the file says of the layers.</returns>
    internal static IReadOnlyList<PackedLayer> LoadWeights(Module network, string weightsFile, LayerKinds kinds)
    {
        var (archive, manifest) = WeightArchive.Open(weightsFile);
        using (archive)
        {
            LoadWeights(network, archive, manifest, kinds);
        }

        return manifest.Layers;
    }

    /// <summary>The same from an archive that is open.</summary>
    internal static void LoadWeights(Module network, ZipArchive archive, WeightManifest manifest, LayerKinds kinds)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var targets = Targets(network, manifest, kinds);
        RequireShapes(manifest, targets);

        // Everything is read and checked before the first parameter changes.
        var values = manifest.Layers.Select((layer, i) => Weight(layer, targets[i].Layout, WeightArchive.Read(archive, layer.Levels)))
            .Concat(manifest.Tensors.Select(stored => Plain(stored, WeightArchive.Read(archive, stored.Data))))
            .ToArray();
        foreach (var ((_, target, _), value) in targets.Zip(values))
        {
            _ = target.copy_(value);
        }
    }

    /// <summary>The values between layers that the deployed file holds in bytes.</summary>
    internal static IReadOnlyList<PackedValue> ValuesIn(string weightsFile)
    {
        var (archive, manifest) = WeightArchive.Open(weightsFile);
        archive.Dispose();
        return manifest.Values;
    }

    /// <summary>What a file's layers and then its tensors are for.</summary>
    private static (string Name, Tensor Value, WeightLayout Layout)[] Targets(Module network, WeightManifest manifest, LayerKinds kinds)
    {
        var state = NetworkState.Of(network).ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        var (layers, modules) = (kinds.LayersOf(network), network.named_modules().ToDictionary(pair => pair.name, pair => pair.module, StringComparer.Ordinal));
        (string Name, Tensor Value, WeightLayout Layout)[] targets = [.. manifest.Layers.Select(layer => OfLayer(layer.Name)), .. manifest.Tensors.Select(stored => OfTensor(stored.Name))];

        // A module may be registered under several names.
        var covered = targets.Select(target => target.Value.Handle).ToHashSet();
        return state.FirstOrDefault(pair => !covered.Contains(pair.Value.Handle)).Key is { } missing ? throw Foreign($"has no '{missing}'") : targets;

        (string, Tensor, WeightLayout) OfLayer(string name) => layers.GetValueOrDefault(name) is { Kind: LayerKind kind, Module: var module }
            ? (name, kind.WeightOf(module), kind.LayoutOf(module))
            : throw HiddenLayers.Error(network, modules, name) ?? Foreign($"has a layer '{WeightManifest.Shown(name)}'");

        (string, Tensor, WeightLayout) OfTensor(string name) => state.TryGetValue(name, out var value)
            ? (name, value, default)
            : throw HiddenLayers.Error(network, modules, name) ?? Foreign($"has '{WeightManifest.Shown(name)}'");

        static AbsException Foreign(string what) => WeightManifest.Invalid($"they belong to another network, which {what}");
    }

    /// <summary>Compares shapes and lengths with the network's before anything is taken memory for: a file of some bytes may name any.</summary>
    private static void RequireShapes(WeightManifest manifest, (string Name, Tensor Value, WeightLayout Layout)[] targets)
    {
        var layers = targets.Zip(manifest.Layers, (target, layer) =>
            layer.Groups == target.Layout.Groups
            && layer.Shape.SequenceEqual(target.Layout.ToFilters(target.Value).shape)
            && target.Value.dtype == ScalarType.Float32
            && layer.HasRightLength);
        var tensors = targets.Skip(manifest.Layers.Count).Zip(manifest.Tensors, (target, stored) =>
            stored.Shape.SequenceEqual(target.Value.shape)
            && stored.Type == target.Value.dtype
            && stored.Data.Length == target.Value.NumberOfElements * target.Value.ElementSize);
        var wrong = layers.Concat(tensors).ToList().IndexOf(false);
        if (wrong >= 0)
        {
            throw WeightManifest.Invalid($"'{WeightManifest.Shown(targets[wrong].Name)}' has another shape or type in this network, or the wrong length");
        }
    }

    private static Tensor Weight(PackedLayer layer, WeightLayout layout, byte[] packed)
    {
        var pairs = layer.StoredPairs().ToArray();
        var weight = zeros(layer.Shape.ToArray());
        _ = weight.flatten(0, 1).index_copy_(0, tensor(pairs), Values(layer, pairs, packed));
        return layout.FromFilters(weight);
    }

    private static Tensor Values(PackedLayer layer, long[] pairs, byte[] packed)
    {
        long[] shape = [pairs.Length, .. layer.Shape.Skip(2)];
        if (layer.WeightGrid is not { } grid)
        {
            var values = zeros(shape);
            values.bytes = packed;
            return values;
        }

        var codes = BitPacking.Unpack(packed, checked((int)layer.Count), layer.WeightBits, layer.IsSigned);
        return SuperBit.Values(tensor(codes).to(ScalarType.Float32).reshape(shape), layer.IntervalsOf(pairs), grid, layer.WeightBits);
    }

    private static Tensor Plain(StoredTensor stored, byte[] bytes)
    {
        var value = zeros(stored.Shape.ToArray(), dtype: stored.Type);
        value.bytes = bytes;
        return value;
    }

    /// <summary>Quantises what layers take in, as a file of weights says.</summary>
    internal static void QuantizeInputs(Module network, IReadOnlyList<PackedLayer> layers, LayerKinds kinds)
    {
        // An earlier file's quantisers would act beside this one's, also those of a part or of a whole.
        foreach (var (_, module) in network.named_modules())
        {
            if (Hooks.TryGetValue(module, out var earlier))
            {
                earlier.Dispose();
            }
        }

        var known = kinds.LayersOf(network);
        foreach (var layer in layers.DistinctBy(layer => (known[layer.Name].Module, ((LayerKind)known[layer.Name].Kind).Suffix)))
        {
            if (layer.ActivationGrid is { } grid)
            {
                var quantizer = SuperBitState.Fixed(grid, layer.ActivationBits, layer.ActivationInterval);
                Hook(known[layer.Name], input => SuperBitOps.Forward(input, quantizer, []));
            }
        }

        void Hook(KnownModule layer, Func<Tensor, Tensor> quantize)
        {
            try
            {
                Hooks.GetValue(layer.Module, _ => new HookSet()).Before(layer.Module, ((LayerKind)layer.Kind).InputPlaces, quantize);
            }
            catch (NotSupportedException exception)
            {
                throw new AbsException(
                    AbsCodes.SignatureNotCompiled,
                    $"Layer '{layer.LayerName}' ({layer.Module.GetType().Name}) takes or gives types for which native AOT has no code, so that its inputs cannot be quantised. Publish the application without PublishAot, for example with PublishTrimmed.",
                    exception) { Layer = layer.LayerName };
            }
        }
    }
}
