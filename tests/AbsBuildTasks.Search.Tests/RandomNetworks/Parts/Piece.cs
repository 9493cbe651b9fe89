using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Parts;

/// <summary>A part of a network.</summary>
/// <param name="Module">What computes it.</param>
/// <param name="Output">What it gives.</param>
/// <param name="Text">How it reads in a printed network.</param>
internal sealed record Piece(Module<Tensor, Tensor> Module, Signal Output, string Text)
{
    /// <summary>Codes that a search may refuse a network with for this part, as it says something true.</summary>
    public IReadOnlyList<string> TrueReasons { get; init; } = [];

    /// <summary>Whether channels that are zero in evaluation may be anything in training.</summary>
    public bool IsNoisy { get; init; }
}
