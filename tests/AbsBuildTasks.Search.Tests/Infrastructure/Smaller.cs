using AbsBuildTasks.Search.Compression;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>Takes pruned channels out of a network for good.</summary>
internal static class Smaller
{
    /// <summary>Fills a network without the pruned channels, and puts it under the same compression.</summary>
    /// <param name="big">A frozen network.</param>
    /// <param name="small">The same layers, with as many filters and inputs as are left.</param>
    /// <param name="input">A batch.</param>
    public static CompressedNetwork Of(CompressedNetwork big, Module<Tensor, Tensor> small, Tensor input)
    {
        Fill(big, small);
        var compressed = Compressed.Of(small, input);
        foreach (var (from, to) in big.Layers.Zip(compressed.Layers))
        {
            Quantize(to, from);
        }

        compressed.Freeze([.. big.Decisions().Select(decision => decision with { Kept = [.. decision.Kept.Where(kept => kept)] })]);
        return compressed;
    }

    /// <summary>Lets a layer quantise as another does.</summary>
    public static void Quantize(LayerCompressor to, LayerCompressor from)
    {
        using var noGradient = no_grad();
        foreach (var (quantizer, model) in new[] { (to.Weights, from.Weights), (to.Activations, from.Activations) })
        {
            quantizer.Fit(ones([1]), model.Grid);
            quantizer.Interval.Value = model.Interval.Value;
        }
    }

    private static void Fill(CompressedNetwork big, Module small)
    {
        using var noGradient = no_grad();
        var (kept, values) = (big.Kept, big.Network.Module.state_dict());
        for (var i = 0; i < big.Layers.Count; i++)
        {
            var layer = big.Layers[i].Layer;

            // Of a module with several weights, the layer has the weight's name.
            var (weightName, biasName) = values.ContainsKey(layer.Shape.Name) ? (layer.Shape.Name, layer.Shape.Name.Replace("weight", "bias", StringComparison.Ordinal)) : (layer.Shape.Name + ".weight", layer.Shape.Name + ".bias");
            var rows = layer.Layout.ToFilters(values[weightName]).index_select(0, True(kept[i]));
            values[weightName] = layer.Layout.IsTransposed
                ? (layer.Layout with { Groups = layer.IsTied ? (int)big.Map.Layers[i].IsLive(kept).LongCount(live => live) : 1 }).FromFilters(Inputs(rows))
                : Inputs(rows);
            if (layer.Bias is not null)
            {
                values[biasName] = values[biasName].index_select(0, True(kept[i]));
            }

            Tensor Inputs(Tensor weight) => layer.IsTied ? weight : weight.index_select(1, True(big.Map.Layers[i].IsLive(kept)));
        }

        foreach (var (norm, sources) in big.Norms.Zip(big.Map.Norms))
        {
            foreach (var name in values.Keys.Where(key => key.StartsWith(norm.Name + ".", StringComparison.Ordinal) && values[key].dim() == 1).ToArray())
            {
                values[name] = values[name].index_select(0, True(sources.IsLive(kept)));
            }
        }

        foreach (var (name, value) in small.state_dict())
        {
            Xunit.Assert.Equal(value.shape, values[name].shape);
            _ = value.copy_(values[name]);
        }

        static Tensor True(IEnumerable<bool> flags) => tensor(flags.Select((flag, i) => (flag, i)).Where(pair => pair.flag).Select(pair => (long)pair.i).ToArray());
    }
}
