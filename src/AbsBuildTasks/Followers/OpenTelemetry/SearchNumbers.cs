using System.Diagnostics.Metrics;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Runs;

namespace AbsBuildTasks.Followers.OpenTelemetry;

/// <summary>The numbers that follow one search.</summary>
internal sealed class SearchNumbers
{
    private readonly KeyValuePair<string, object?>[] _search;
    private readonly object _gate = new();
    private readonly Dictionary<string, RunLayer> _layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _epochs = new(StringComparer.Ordinal);
    private ProgressEvent? _progress;
    private double? _loss;
    private double? _testLoss;
    private double? _metric;
    private double? _relativeBops;

    /// <summary>Adds them to a meter.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="search">What the search is known by among those of the model: its fingerprint.</param>
    public SearchNumbers(Meter meter, string model, string search)
    {
        _search = [new("abs.model", model), new("abs.fingerprint", search)];
        All =
        [
            new("abs.search.epochs", "{epoch}", "Training epochs that this run of a search has done.", IsSum: true, () => Locked(() => _epochs.Select(phase => Reading(phase.Value, ("abs.phase", phase.Key))))),
            new("abs.search.done", "{epoch}", "Training epochs that are done of the whole search.", IsSum: false, () => Locked(() => Latest(_progress?.Done))),
            new("abs.search.loss", "1", "Mean training loss of the latest epoch.", IsSum: false, () => Locked(() => Latest(_loss))),
            new("abs.search.test_loss", "1", "Mean loss on the test data after the latest epoch.", IsSum: false, () => Locked(() => Latest(_testLoss))),
            new("abs.search.metric", "1", "The metric on the test data.", IsSum: false, () => Locked(() => Latest(_metric, ("abs.metric", _progress?.MetricName)))),
            new("abs.search.relative_bops", "1", "Bit-operations against full precision, 0 to 1.", IsSum: false, () => Locked(() => Latest(_relativeBops))),
            new("abs.layer.weight_bits", "{bit}", "Bits of a layer's weights.", IsSum: false, () => Layers(layer => layer.WeightBits)),
            new("abs.layer.activation_bits", "{bit}", "Bits of a layer's input activations.", IsSum: false, () => Layers(layer => layer.ActivationBits)),
            new("abs.layer.kept_filters", "{filter}", "Output filters of a layer that stay.", IsSum: false, () => Layers(layer => layer.KeptFilters)),
        ];
        foreach (var number in All)
        {
            number.AddTo(meter);
        }
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<SearchNumber> All { get; }

    /// <summary>Takes in what the gates have chosen.</summary>
    public void Take(LayersEvent layers)
    {
        lock (_gate)
        {
            foreach (var layer in layers.Layers)
            {
                _layers[layer.Name] = layer;
            }
        }
    }

    /// <summary>Takes in an epoch, or a step between epochs.</summary>
    public void Take(ProgressEvent progress)
    {
        lock (_gate)
        {
            _progress = progress;
            (_loss, _testLoss, _metric, _relativeBops) = (progress.Loss ?? _loss, progress.TestLoss ?? _testLoss, progress.Metric ?? _metric, progress.RelativeBops ?? _relativeBops);
            if (progress.Loss is not null)
            {
                _epochs[progress.Phase] = _epochs.TryGetValue(progress.Phase, out var done) ? done + 1 : 1;
            }
        }
    }

    // A listener may ask on a thread of its own.
    private NumberReading[] Locked(Func<IEnumerable<NumberReading>> read)
    {
        lock (_gate)
        {
            return [.. read()];
        }
    }

    private NumberReading[] Layers(Func<RunLayer, int> value) => Locked(() => _layers.Values.Select(layer => Reading(value(layer), ("abs.layer", layer.Name))));

    private NumberReading[] Latest(double? value, params (string Name, object? Value)[] tags) => value is { } known ? [Reading(known, [("abs.phase", _progress?.Phase), .. tags])] : [];

    private NumberReading Reading(double value, params (string Name, object? Value)[] tags) => new(value, [.. _search, .. tags.Select(tag => new KeyValuePair<string, object?>(tag.Name, tag.Value))]);
}
