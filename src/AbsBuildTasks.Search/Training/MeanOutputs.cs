using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Training;

/// <summary>The mean of a network's outputs over examples; none where outputs are not an example's each, or no numbers.</summary>
internal sealed class MeanOutputs : IDisposable
{
    private Tensor[]? _sums = [];
    private long _count;

    /// <summary>Each <c>[1, …]</c>; null where there is none.</summary>
    public IReadOnlyList<Tensor>? Values => _sums is { Length: > 0 } sums ? [.. sums.Select(sum => (sum / _count).to(ScalarType.Float32))] : null;

    /// <summary>Adds a batch.</summary>
    /// <param name="outputs">What the network returned.</param>
    /// <param name="count">Examples of the batch.</param>
    public void Add(IReadOnlyList<Tensor> outputs, long count)
    {
        if (_sums is null)
        {
            return;
        }

        if (!outputs.All(output => output.is_floating_point() && output.dim() > 0 && output.shape[0] == count))
        {
            Dispose();
            _sums = null;
            return;
        }

        Tensor[] sums = [.. outputs.Select(output => output.detach().to(ScalarType.Float64).sum(0, keepdim: true))];
        if (_count > 0 && !sums.Zip(_sums).All(pair => pair.First.shape.SequenceEqual(pair.Second.shape)))
        {
            Dispose();
            _sums = null;
            return;
        }

        var added = _count == 0 ? sums : [.. sums.Zip(_sums, (sum, before) => sum + before)];
        Dispose();
        _sums = [.. added.Select(sum => sum.DetachFromDisposeScope())];
        _count += count;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var sum in _sums ?? [])
        {
            sum.Dispose();
        }
    }
}
