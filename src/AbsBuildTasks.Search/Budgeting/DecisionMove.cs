using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>A step from decisions to others: of one layer, or of all whose filters are decided together.</summary>
/// <param name="Changes">For each layer that it concerns what was decided, and what is to be.</param>
internal sealed record DecisionMove(IReadOnlyList<(int Layer, LayerDecision From, LayerDecision To)> Changes)
{
    /// <summary>The layers that it concerns.</summary>
    public IReadOnlyList<int> Layers { get; } = [.. Changes.Select(change => change.Layer)];

    /// <summary>Whether the layers are still as the step found them.</summary>
    public bool Fits(IReadOnlyList<LayerDecision> decisions) => Changes.All(change => ReferenceEquals(decisions[change.Layer], change.From));

    /// <summary>The decisions after the step.</summary>
    public IReadOnlyList<LayerDecision> From(IReadOnlyList<LayerDecision> decisions)
    {
        var after = decisions.ToArray();
        foreach (var (layer, _, to) in Changes)
        {
            after[layer] = to;
        }

        return after;
    }
}
