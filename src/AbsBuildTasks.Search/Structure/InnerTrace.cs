using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>What modules with several weights take in and give inside, where no hook sees: in a trace their rows say it.</summary>
/// <param name="flow">What the rows say.</param>
/// <param name="layers">The network's layers.</param>
/// <param name="give">Gives what some filters of one layer give, one for each channel of the last dimension of a tensor; one alone for all.</param>
/// <param name="see">Told what a layer takes in.</param>
internal sealed class InnerTrace(InnerFlow flow, IReadOnlyList<WeightedLayer> layers, Func<int, IReadOnlyList<int>, Tensor, Tensor> give, Action<int, Tensor> see)
{
    // Stands for what a layer gives of which no filter can be told apart.
    private static readonly int[] First = [0];

    /// <summary>What a module gives in place of its results.</summary>
    /// <param name="layer">One of its layers.</param>
    /// <param name="outputs">The results.</param>
    public Tensor?[] Of(int layer, IReadOnlyList<Tensor?> outputs)
    {
        foreach (var inside in flow.WithModuleOf(layer).Where(other => flow.Inputs[other].Count > 0))
        {
            var input = outputs[0]!;
            see(inside, OfFilters(flow.Inputs[inside], empty([.. input.shape[..^1], flow.Inputs[inside].Count], dtype: input.dtype, device: input.device)));
        }

        return [.. outputs.Select((output, i) => output is null ? null : flow.ResultsOf(layer, i) switch
        {
            [] when i == 0 => give(layer, First, output),
            [] => Beside(layer, output),
            [var row] => OfFilters(row, output),
            var rows => cat([.. rows.Select((row, place) => OfFilters(row, output.narrow(0, place, 1)))], 0),
        })];
    }

    /// <summary>What a module gives beside its result, as attention its weights, also tells of filters that went.</summary>
    private Tensor Beside(int layer, Tensor output) => flow.WithModuleOf(layer).Where(other => layers[other].CanPrune)
        .Aggregate(give(layer, First, output), (values, other) => values + give(other, First, output) + 1);

    /// <summary>What some filters give, one for each channel of the last dimension: those of one layer behind those of another.</summary>
    private Tensor OfFilters(IReadOnlyList<FilterIndex> filters, Tensor like)
    {
        var layer = filters[0].Layer;
        FilterIndex[] own = [.. filters.TakeWhile(filter => filter.Layer == layer)];
        if (own.Length < filters.Count)
        {
            return cat([OfFilters(own, like.narrow(-1, 0, own.Length)), OfFilters([.. filters.Skip(own.Length)], like.narrow(-1, own.Length, filters.Count - own.Length))], -1);
        }

        return give(layer, [.. own.Select(filter => filter.Filter)], like);
    }
}
