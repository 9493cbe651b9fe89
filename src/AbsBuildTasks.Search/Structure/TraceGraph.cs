using AbsBuildTasks.Search.Kernels;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>What a run computes from what, as gradients tell: a guess, as comparisons have none, and code may detach values.</summary>
/// <param name="draw">The noise of the run.</param>
internal sealed class TraceGraph(TraceDraw draw) : IDisposable
{
    private readonly List<(int Layer, int Time, Tensor Values)> _given = [];
    private readonly List<(int Consumer, int Time, Tensor Values)> _taken = [];
    private int _time;

    /// <summary>Notes what a layer gives.</summary>
    /// <returns>The values above zero, so that no rectifier hides them, and with gradients that can be told.</returns>
    public Tensor Give(int layer, Tensor values)
    {
        var leaf = values.detach().abs().DetachFromDisposeScope();
        leaf.requires_grad = true;
        _given.Add((layer, _time++, leaf));

        // Another tensor, as the network may change it in place.
        return leaf.clone();
    }

    /// <summary>Notes what a consumer takes in, as it is then.</summary>
    public void Take(int consumer, Tensor values) => _taken.Add((consumer, _time++, values.clone().DetachFromDisposeScope()));

    /// <summary>The layers that channels of a consumer seem to depend on.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="channels">Its channels; null for all that it takes in.</param>
    /// <param name="channelDimension">The dimension that counts them; null likewise.</param>
    public LayerGuess Of(int consumer, IReadOnlyList<int>? channels, int? channelDimension)
    {
        using var scope = NewDisposeScope();
        var taken = _taken.FindAll(one => one.Consumer == consumer);
        if (taken.Count == 0)
        {
            return new(new HashSet<int>(), new HashSet<int>());
        }

        var earlier = _given.FindAll(one => one.Time < taken.Max(call => call.Time)).Select(one => one.Layer).ToHashSet();
        var parts = taken.Where(one => one.Values.requires_grad).Select((one, call) =>
        {
            var values = channels is not null && channelDimension is { } dimension
                ? Channels.Rows(one.Values, dimension).index_select(0, tensor(channels.Select(channel => (long)channel).ToArray(), device: one.Values.device))
                : one.Values;

            // No two weights alike, so that nothing cancels.
            return values.mul(TraceNoise.Of(draw, call, values)).sum();
        }).ToArray();
        if (parts.Length == 0)
        {
            return new(new HashSet<int>(), earlier);
        }

        stack(parts).sum().backward(retain_graph: true, inputs: [.. _given.Select(one => one.Values)]);
        var likely = new HashSet<int>();
        foreach (var (layer, _, values) in _given)
        {
            if (values.grad is { } gradient && gradient.ne(0).any().item<bool>())
            {
                _ = likely.Add(layer);
            }

            values.grad = null;
        }

        return new(likely, earlier);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in _given.Select(one => one.Values).Concat(_taken.Select(one => one.Values)))
        {
            tensor.Dispose();
        }
    }
}
