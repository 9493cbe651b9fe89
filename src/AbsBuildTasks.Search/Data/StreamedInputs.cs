using AbsBuildTasks.Search.Kernels;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Inputs of which only some batches are in memory.</summary>
/// <param name="Source">Reads single examples.</param>
/// <param name="Indices">The source's examples that these are.</param>
internal sealed record StreamedInputs(IExampleSource Source, int[] Indices)
{
    private static readonly ElementType Single = new(ScalarType.Float32, sizeof(float), Swapped: false);

    /// <summary>The shape of one example.</summary>
    public IReadOnlyList<long> Shape { get; init; } = Source.Shape;

    /// <summary>What becomes of a batch after reading.</summary>
    public Func<Tensor, Tensor> Change { get; init; } = batch => batch;

    /// <summary>Memory for a batch as the source gives it.</summary>
    /// <exception cref="Plans.Errors.AbsException">ABS2005: the machine does not have as much.</exception>
    public Tensor NewBatch(int count) => TensorData.New(Source.Name, [count, .. Source.Shape], Single);

    /// <summary>The first examples, read by this thread.</summary>
    public Tensor First(int count)
    {
        using var scope = NewDisposeScope();
        var batch = NewBatch(Math.Min(count, Indices.Length));
        for (var i = 0; i < batch.shape[0]; i++)
        {
            Source.Read(Indices[i], HostMemory.Values(batch[i]));
        }

        return Change(batch).MoveToOuterDisposeScope();
    }
}
