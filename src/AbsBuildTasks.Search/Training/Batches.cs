using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Training;

/// <summary>Cuts data into batches.</summary>
internal static class Batches
{
    /// <summary>An epoch's batches in an order that depends on seed and epoch alone.</summary>
    /// <remarks>A last batch of one example is left out: batch normalisation has no variance for it.</remarks>
    public static IEnumerable<(Tensor Input, Tensor Target)> Shuffled(LabelledData data, int batchSize, int seed, int epoch)
    {
        var order = Enumerable.Range(0, data.Count).Select(i => (long)i).ToArray();
        new Random(unchecked((seed * 7919) + epoch)).Shuffle(order);
        return Cut(data, batchSize, order).Where(batch => batch.Input.shape[0] > 1 || data.Count == 1);
    }

    /// <summary>All examples in their own order.</summary>
    public static IEnumerable<(Tensor Input, Tensor Target)> InOrder(LabelledData data, int batchSize) =>
        Cut(data, batchSize, [.. Enumerable.Range(0, data.Count).Select(i => (long)i)]);

    private static IEnumerable<(Tensor Input, Tensor Target)> Cut(LabelledData data, int batchSize, long[] order)
    {
        foreach (var chunk in order.Chunk(batchSize))
        {
            using var scope = NewDisposeScope();
            var indices = tensor(chunk, device: data.Inputs.device);
            yield return (data.Inputs.index_select(0, indices), data.Targets.index_select(0, indices));
        }
    }
}
