using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Cuts data into batches.</summary>
internal static class Batches
{
    /// <summary>An epoch's batches in an order, and with changes, that depend on seed and epoch alone.</summary>
    /// <param name="data">The examples.</param>
    /// <param name="batchSize">Examples of a batch.</param>
    /// <param name="seed">The search's seed.</param>
    /// <param name="epoch">The epoch in the whole run.</param>
    /// <param name="augmentation">Changes of the first input, or null.</param>
    /// <param name="skip">Batches to leave out at the beginning.</param>
    /// <remarks>A last batch that is a single example is left out: batch normalisation has no variance for it.</remarks>
    public static IEnumerable<Batch> Shuffled(LabelledData data, int batchSize, int seed, int epoch, Augmentation? augmentation = null, int skip = 0)
    {
        augmentation?.Require(data.Shape);
        var order = Enumerable.Range(0, data.Count).Select(i => (long)i).ToArray();
        new Random(unchecked((seed * 7919) + epoch)).Shuffle(order);
        return Cut(data, batchSize, order[..Math.Min(order.Length, Count(data, batchSize) * batchSize)], Change, skip);

        Tensor Change(Tensor inputs, long[] indices) => augmentation?.Apply(inputs, indices, seed, epoch) ?? inputs;
    }

    /// <summary>The batches of an epoch.</summary>
    /// <param name="data">The examples.</param>
    /// <param name="batchSize">Examples of a batch.</param>
    public static int Count(LabelledData data, int batchSize) =>
        Math.Max(1, (data.Count / batchSize) + (data.Count % batchSize > 1 ? 1 : 0));

    /// <summary>All examples in their own order.</summary>
    public static IEnumerable<Batch> InOrder(LabelledData data, int batchSize) =>
        Cut(data, batchSize, [.. Enumerable.Range(0, data.Count).Select(i => (long)i)], (inputs, _) => inputs);

    /// <summary>The first examples, of which nobody else has the tensors.</summary>
    /// <param name="data">The examples.</param>
    /// <param name="count">How many at most.</param>
    public static Batch First(LabelledData data, int count)
    {
        count = Math.Min(count, data.Count);
        return new Batch([.. data.First(count).Select(input => input.clone())], [.. data.AllTargets.Select(target => target[TensorIndex.Slice(0, count)].to(data.BatchDevice).clone())]);
    }

    private static IEnumerable<Batch> Cut(LabelledData data, int batchSize, long[] order, Func<Tensor, long[], Tensor> changeFirst, int skip = 0)
    {
        var chunks = order.Chunk(batchSize).Skip(skip).ToArray();
        using var ahead = data.Streamed is { } streamed ? new ReadAhead(streamed, chunks) : null;
        foreach (var chunk in chunks)
        {
            using var scope = NewDisposeScope();
            var indices = tensor(chunk, device: data.Targets.device);
            var inputs = ahead is null ? [.. data.AllInputs.Select(input => input.index_select(0, indices))] : new[] { ahead.Next(data.BatchDevice) };
            inputs[0] = changeFirst(inputs[0], chunk);
            yield return new Batch(
                [.. inputs.Select(input => input.to(data.BatchDevice))],
                [.. data.AllTargets.Select(target => target.index_select(0, indices).to(data.BatchDevice))]);
        }
    }
}
