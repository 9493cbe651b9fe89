using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Parts;

/// <summary>Where a tensor keeps its channels.</summary>
internal enum Layout
{
    /// <summary><c>[N, C, …]</c>, as convolutions take it.</summary>
    First,

    /// <summary><c>[N, …, C]</c>, as linear layers take it; also <c>[N, C]</c>.</summary>
    Last,
}

/// <summary>What passes between two parts of a network.</summary>
/// <param name="Layout">Where the channels are.</param>
/// <param name="Channels">How many there are.</param>
/// <param name="Sides">The other sizes of one example: none for a vector.</param>
internal sealed record Signal(Layout Layout, int Channels, params IReadOnlyList<int> Sides)
{
    public bool IsVector => Sides.Count == 0;

    public bool IsFirst => Layout == Layout.First && !IsVector;

    public bool IsLast => Layout == Layout.Last && !IsVector;

    public int Places => Sides.Aggregate(1, (product, side) => product * side);

    /// <summary>The dimension of the channels.</summary>
    public int ChannelDimension => IsFirst ? 1 : -1;

    /// <summary>The dimensions of the sides.</summary>
    public long[] SideDimensions => [.. Enumerable.Range(IsFirst ? 2 : 1, Sides.Count).Select(i => (long)i)];

    /// <summary>The shape of one example.</summary>
    public long[] Shape => IsFirst ? [Channels, .. Sides.Select(side => (long)side)] : [.. Sides.Select(side => (long)side), Channels];

    public Signal With(int channels) => this with { Channels = channels };

    public bool Fits(Signal other) => IsFirst == other.IsFirst && Channels == other.Channels && FitsBeside(other);

    public bool FitsBeside(Signal other) => IsFirst == other.IsFirst && Sides.SequenceEqual(other.Sides);

    /// <summary>A value for each channel, in a shape that acts on the signal.</summary>
    public Tensor Along(Tensor perChannel) => IsFirst ? perChannel.reshape([.. perChannel.shape, .. Sides.Select(_ => 1L)]) : perChannel.reshape([.. perChannel.shape[..^1], .. Sides.Select(_ => 1L), perChannel.shape[^1]]);

    public override string ToString() => $"[{string.Join(", ", IsFirst ? ["C=" + Channels, .. Sides] : [.. Sides.Select(side => $"{side}"), "C=" + Channels])}]";
}
