using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.OnnxExport.Quantized;
using AbsBuildTasks.Search.Tracing;

namespace AbsBuildTasks.Search.OnnxExport;

/// <summary>Takes the levels that fine-tuning ended with for values that the plan does not quantise.</summary>
internal static class LearnedSums
{
    /// <summary>Takes them.</summary>
    /// <param name="traced">What the network computes.</param>
    /// <param name="compressed">The network as its plan leaves it.</param>
    /// <param name="values">What fine-tuning ended with; none where it rounded nothing.</param>
    /// <returns>Levels, in the order of the points; null where there are none, or where they are of other values.</returns>
    public static IReadOnlyList<SumLevels>? Of(TracedGraph traced, CompressedGraph compressed, IReadOnlyList<PackedValue> values)
    {
        if (values.Count == 0 || new SumPlaces(traced).Of(compressed) is not { } calls)
        {
            return null;
        }

        var grids = values.ToDictionary(value => new NativeCall(value.Function, value.Call, value.Result), value => LevelGrid.Bytes(value.Scale, value.Zero));
        SumLevels[] levels = [.. compressed.Points.Zip(calls).Where(pair => grids.ContainsKey(pair.Second)).Select(pair => new SumLevels(pair.First.Value, grids[pair.Second]))];
        return levels.Length == values.Count ? levels : null;
    }
}
