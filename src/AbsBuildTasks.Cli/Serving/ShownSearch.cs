using AbsBuildTasks.Cli.Watching;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Runs;

namespace AbsBuildTasks.Cli.Serving;

/// <summary>What a page shows of one search: how far it is, and its epochs since the run began.</summary>
/// <param name="search">Which search it is.</param>
internal sealed class ShownSearch(KnownSearch search)
{
    private readonly List<RunEpoch> _epochs = [];
    private readonly List<RunLayer> _layers = [];

    /// <summary>Which search it is.</summary>
    public KnownSearch Search => search;

    /// <summary>What it is called.</summary>
    public string Name { get; set; } = search.Model;

    /// <summary>How far it is.</summary>
    public SearchState State { get; } = new() { Label = search.Model };

    /// <summary>Its epochs, and the steps between them, in their order.</summary>
    public IReadOnlyList<RunEpoch> Epochs => _epochs;

    /// <summary>Takes in an event.</summary>
    /// <param name="buildEvent">The event, one of this search.</param>
    /// <param name="at">When, on the clock of the page.</param>
    public void Apply(BuildEvent buildEvent, TimeSpan at)
    {
        State.Apply(buildEvent, at);
        switch (buildEvent)
        {
            case SearchStarted:
                _epochs.Clear();
                _layers.Clear();
                break;
            case SearchReported { Event: LayersEvent layers }:
                _layers.AddRange(layers.Layers);
                break;
            case SearchReported { Event: ProgressEvent progress }:
                _epochs.Add(new()
                {
                    Phase = progress.Phase,
                    Number = progress.Epoch,
                    Loss = progress.Loss,
                    TestLoss = progress.TestLoss,
                    Metric = progress.Metric,
                    RelativeBops = progress.RelativeBops,
                    Target = _layers.Count > 0 ? State.Budget : null,
                    Layers = [.. _layers],
                });
                _layers.Clear();
                break;
        }
    }
}
