using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>What goes into the network in a trace.</summary>
/// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
internal sealed class TraceInputs(IReadOnlyList<Tensor> examples)
{
    // Two, so that what is mixed over examples shows.
    private const int Examples = 2;

    /// <summary>Whether inputs that are not whole numbers are noise, and not the real examples alone.</summary>
    public bool AreNoisy { get; set; }

    /// <summary>The inputs of a run.</summary>
    public IReadOnlyList<Tensor> Of(TraceDraw draw)
    {
        var count = examples[0].shape[0];
        var indices = Enumerable.Range(0, Examples).Select(i => ((draw.Example * Examples) + i) % count).ToArray();
        return [.. examples.Select((input, i) => WithNoise(draw, input.index_select(0, tensor(indices, device: input.device)), i - examples.Count))];
    }

    private Tensor WithNoise(TraceDraw draw, Tensor input, int place) => AreNoisy && input.is_floating_point() ? input.add(TraceNoise.Of(draw, place, input)) : input;
}
