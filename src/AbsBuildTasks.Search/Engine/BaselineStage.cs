using AbsBuildTasks.Search.Checkpoints;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Keeps the network as full-precision training left it, while it trains on to be compared with: a plan has had more steps
/// than that training, and what they give is no merit of the plan's.
/// </summary>
/// <param name="exchange">Writes the network, or sets it.</param>
/// <param name="lowerIsBetter">Whether the metric is an error.</param>
internal sealed class BaselineStage(Action<StateStream> exchange, bool lowerIsBetter)
{
    private readonly StateCopy _network = new(exchange);
    private TrainedNetwork? _trained;

    /// <summary>How the network did before it trained on.</summary>
    public TrainedNetwork Trained => _trained!;

    /// <summary>Copies the network.</summary>
    /// <param name="trained">How it does.</param>
    public void Begin(TrainedNetwork trained)
    {
        _trained = trained;
        _network.Take();
    }

    /// <summary>Puts the network back to where it was.</summary>
    /// <param name="metric">How it did after it had trained on; no number where it did not get there.</param>
    /// <param name="sampleMetric">The same on training examples.</param>
    /// <param name="further">The further metrics then.</param>
    /// <param name="loss">The loss on the test data then; null where it is not known.</param>
    /// <param name="isAtChance">Whether it was at chance then; counts only where it was at the beginning and has got better.</param>
    /// <returns>The better of both in each; the sample's own, as test data decide nothing. Further metrics and the loss are those of the network with the better metric.</returns>
    public TrainedNetwork End(double metric, double sampleMetric, IReadOnlyList<double> further, double? loss, bool isAtChance)
    {
        var isBetter = IsBetter(metric, _trained!.Metric);
        var better = _trained with
        {
            Metric = isBetter ? metric : _trained.Metric,
            SampleMetric = IsBetter(sampleMetric, _trained.SampleMetric) ? sampleMetric : _trained.SampleMetric,
            Further = isBetter ? further : _trained.Further,
            Loss = isBetter ? loss : _trained.Loss,
            IsAtChance = _trained.IsAtChance && (!isBetter || isAtChance),
        };
        _network.Restore();
        return better;
    }

    // Never where it is no number.
    private bool IsBetter(double metric, double than) => lowerIsBetter ? metric < than : metric > than;

    /// <summary>Writes what was copied, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        _trained = TrainedNetwork.Exchange(state, _trained);
        _network.Exchange(state);
    }
}
