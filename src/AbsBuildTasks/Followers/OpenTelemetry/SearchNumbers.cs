using System.Diagnostics.Metrics;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Runs;

namespace AbsBuildTasks.Followers.OpenTelemetry;

/// <summary>The instruments of a search's meter, each of which shows the latest.</summary>
internal sealed class SearchNumbers
{
    private readonly KeyValuePair<string, object?> _model;
    private readonly Counter<long> _epochs;
    private readonly object _gate = new();
    private readonly Dictionary<string, RunLayer> _layers = new(StringComparer.Ordinal);
    private ProgressEvent? _progress;
    private double? _loss;
    private double? _metric;
    private double? _relativeBops;

    /// <summary>Makes the instruments.</summary>
    public SearchNumbers(Meter meter, string model)
    {
        _model = new("abs.model", model);
        _epochs = meter.CreateCounter<long>("abs.search.epochs", "{epoch}", "Training epochs that this run of a search has done.");
        Gauge("abs.search.done", "{epoch}", "Training epochs that are done of the whole search.", () => Phase(_progress?.Done));
        Gauge("abs.search.loss", "1", "Mean training loss of the latest epoch.", () => Phase(_loss));
        Gauge("abs.search.metric", "1", "The metric on the test data.", () => Phase(_metric, new KeyValuePair<string, object?>("abs.metric", _progress?.MetricName)));
        Gauge("abs.search.relative_bops", "1", "Bit-operations against full precision, 0 to 1.", () => Phase(_relativeBops));
        Gauge("abs.layer.weight_bits", "{bit}", "Bits of a layer's weights.", () => Layers(layer => layer.WeightBits));
        Gauge("abs.layer.activation_bits", "{bit}", "Bits of a layer's input activations.", () => Layers(layer => layer.ActivationBits));
        Gauge("abs.layer.kept_filters", "{filter}", "Output filters of a layer that stay.", () => Layers(layer => layer.KeptFilters));

        void Gauge(string name, string unit, string description, Func<IEnumerable<Measurement<double>>> read) => meter.CreateObservableGauge(name, () => Read(read), unit, description);
    }

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
            (_loss, _metric, _relativeBops) = (progress.Loss ?? _loss, progress.Metric ?? _metric, progress.RelativeBops ?? _relativeBops);
        }

        if (progress.Loss is not null)
        {
            _epochs.Add(1, _model, new("abs.phase", progress.Phase));
        }
    }

    // A listener may ask on a thread of its own.
    private Measurement<double>[] Read(Func<IEnumerable<Measurement<double>>> read)
    {
        lock (_gate)
        {
            return [.. read()];
        }
    }

    private Measurement<double>[] Phase(double? value, params KeyValuePair<string, object?>[] tags) =>
        value is { } known ? [new(known, [_model, new("abs.phase", _progress?.Phase), .. tags])] : [];

    private IEnumerable<Measurement<double>> Layers(Func<RunLayer, int> value) => _layers.Values.Select(layer => new Measurement<double>(value(layer), _model, new("abs.layer", layer.Name)));
}
