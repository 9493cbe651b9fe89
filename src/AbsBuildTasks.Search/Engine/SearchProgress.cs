using AbsBuildTasks.Plans.Runs;

namespace AbsBuildTasks.Search.Engine;

/// <summary>How far a search has come; reported at the end of every epoch.</summary>
/// <param name="Phase">What is running: one of <see cref="RunPhase"/>.</param>
/// <param name="Epoch">Epochs of the phase that are done, from 1.</param>
/// <param name="Epochs">Epochs the phase has.</param>
/// <param name="Loss">Mean training loss of the epoch, where there was training.</param>
/// <param name="Metric">The metric on the test data, where it was measured.</param>
/// <param name="RelativeBops">Bit-operations against full precision, 0 to 1, where gates are at work.</param>
internal sealed record SearchProgress(
    string Phase,
    int Epoch,
    int Epochs,
    double? Loss = null,
    double? Metric = null,
    double? RelativeBops = null)
{
    /// <summary>Training epochs that are done of the whole search: of all phases, and of earlier runs that this one goes on with.</summary>
    public int Done { get; init; }

    /// <summary>Mean loss on the test data after the epoch; null where it was not measured.</summary>
    public double? TestLoss { get; init; }

    /// <summary>What the gates have chosen, layer by layer; empty outside of the search.</summary>
    public IReadOnlyList<RunLayer> Layers { get; init; } = [];
}
