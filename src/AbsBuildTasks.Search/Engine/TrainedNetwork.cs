using AbsBuildTasks.Search.Checkpoints;

namespace AbsBuildTasks.Search.Engine;

/// <summary>What a run knows of its network once that is trained in full precision.</summary>
/// <param name="Metric">The metric on the test data.</param>
/// <param name="SampleMetric">The metric on the training examples that decisions are weighed on.</param>
/// <param name="Epochs">Epochs that are done.</param>
/// <param name="IsAtChance">Whether the metric is no better than that of an answer that is the same for every example.</param>
internal sealed record TrainedNetwork(double Metric, double SampleMetric, int Epochs, bool IsAtChance)
{
    // Of a file that may be damaged.
    private const int MostFurther = 1000;

    /// <summary>The further metrics on the test data, in the model's order.</summary>
    public IReadOnlyList<double> Further { get; init; } = [];

    /// <summary>The mean loss on the test data; null where it is not known.</summary>
    public double? Loss { get; init; }

    /// <summary>Whether it diverged where it trained on, so that a plan is compared with it as it was trained.</summary>
    public bool HasDiverged { get; init; }

    /// <summary>Writes it, or reads it.</summary>
    /// <param name="state">The checkpoint.</param>
    /// <param name="trained">What to write; null while reading.</param>
    public static TrainedNetwork Exchange(StateStream state, TrainedNetwork? trained) => new(
        state.Number(trained?.Metric ?? 0),
        state.Number(trained?.SampleMetric ?? 0),
        state.Integer(trained?.Epochs ?? 0, 0, int.MaxValue),
        state.Flag(trained?.IsAtChance ?? false))
    {
        HasDiverged = state.Flag(trained?.HasDiverged ?? false),
        Loss = state.Flag(trained?.Loss is not null) ? state.Number(trained?.Loss ?? 0) : null,
        Further = [.. Enumerable.Range(0, state.Integer(trained?.Further.Count ?? 0, 0, MostFurther)).Select(i => state.Number(trained?.Further[i] ?? 0))],
    };
}
