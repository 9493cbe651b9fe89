using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Puts the delivered weights of an earlier plan into a network, from where its training goes on in full precision.</summary>
/// <remarks>
/// What the file does not have keeps the values that the model gives it: filters that were pruned, and weights on inputs that
/// come from such filters. At zero they would stay without a gradient, and no search could take them back.
/// </remarks>
internal static class WarmStartWeights
{
    /// <summary>Loads them.</summary>
    /// <param name="network">A fresh network, on the processor.</param>
    /// <param name="start">The file.</param>
    /// <exception cref="AbsException">ABS3022: the file is missing, was changed, is damaged, or belongs to another network.</exception>
    public static void Load(Module network, WarmStart start)
    {
        try
        {
            using (var content = OrdinaryFile.Open(start.File))
            {
                if (ContentHash.Of(content) != start.Hash)
                {
                    throw Error(start.File, "was changed while the build ran; build again");
                }
            }

            Load(network, start.File);
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.InvalidWeights)
        {
            throw Error(start.File, $"cannot be the start of this search: {exception.Detail}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Error(start.File, $"cannot be read: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }

        if (Compression.Divergence.FindIn(network) is { } name)
        {
            throw Error(start.File, $"holds a value in {name} that is not a finite number");
        }
    }

    private static void Load(Module network, string file)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var known = LayerKinds.All.LayersOf(network);
        var fresh = known.ToDictionary(layer => layer.Key, layer => layer.Value.Kind is LayerKind kind ? kind.WeightOf(layer.Value.Module).clone() : null, StringComparer.Ordinal);
        foreach (var layer in CompressedModel.LoadWeights(network, file, LayerKinds.All))
        {
            var (kind, module) = ((LayerKind)known[layer.Name].Kind, known[layer.Name].Module);
            var (weight, layout) = (kind.WeightOf(module), kind.LayoutOf(module));
            var (start, loaded) = (layout.ToFilters(fresh[layer.Name]!), layout.ToFilters(weight));
            var stored = tensor(layer.StoredPairs().ToArray());

            // Not in place: pairs of a transposed weight lie apart, and flattening copies them.
            var merged = start.flatten(0, 1).index_copy(0, stored, loaded.flatten(0, 1).index_select(0, stored));
            _ = weight.copy_(layout.FromFilters(merged.reshape(start.shape)));
        }
    }

    private static AbsException Error(string file, string what, Exception? cause = null) => new(
        AbsCodes.InvalidWarmStart,
        $"WarmStart '{Path.GetFileName(file)}' {what}. It must be the .weights.zip that a build delivered for a network of the same layers and shapes.",
        cause);
}
