using System.Diagnostics.Metrics;

namespace AbsBuildTasks.Followers.OpenTelemetry;

/// <summary>Listens to the numbers of one meter, and makes a message of where they stand.</summary>
internal sealed class OtlpMetrics : IDisposable
{
    private const int Cumulative = 2;

    private readonly MeterListener _listener = new();
    private readonly Dictionary<Instrument, Dictionary<string, NumberPoint>> _points = [];
    private readonly ulong _start = OtlpMessages.Nanoseconds(DateTime.UtcNow);

    /// <summary>Begins to listen.</summary>
    /// <param name="meter">The meter, and no other of its name: other builds may run in this process.</param>
    public OtlpMetrics(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>A message of all numbers as they are now.</summary>
    public ExportMetricsServiceRequest Collect(Resource resource, InstrumentationScope scope)
    {
        foreach (var gauge in _points.Keys.Where(instrument => !IsSum(instrument)).ToArray())
        {
            _ = _points.Remove(gauge);
        }

        _listener.RecordObservableInstruments();
        return new()
        {
            ResourceMetrics = { new ResourceMetrics { Resource = resource, ScopeMetrics = { new ScopeMetrics { Scope = scope, Metrics = { _points.Select(pair => MetricOf(pair.Key, pair.Value.Values)) } } } } },
        };
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private static bool IsSum(Instrument instrument) => instrument is Counter<long>;

    private static Metric MetricOf(Instrument instrument, IEnumerable<NumberPoint> points)
    {
        var metric = new Metric { Name = instrument.Name, Description = instrument.Description ?? "", Unit = instrument.Unit ?? "" };
        if (IsSum(instrument))
        {
            metric.Sum = new() { AggregationTemporality = Cumulative, IsMonotonic = true, DataPoints = { points.Select(point => point.Clone()) } };
        }
        else
        {
            metric.Gauge = new() { DataPoints = { points } };
        }

        return metric;
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        KeyValuePair<string, object?>[] known = [.. tags.ToArray()];
        if (!_points.TryGetValue(instrument, out var points))
        {
            _points.Add(instrument, points = new(StringComparer.Ordinal));
        }

        var key = string.Join("\n", known.Select(tag => $"{tag.Key}={tag.Value}"));
        if (!points.TryGetValue(key, out var point))
        {
            points.Add(key, point = new() { Attributes = { OtlpMessages.Attributes(known) } });
        }

        point.AsDouble = IsSum(instrument) ? point.AsDouble + value : value;
        point.StartTimeUnixNano = IsSum(instrument) ? _start : 0;
        point.TimeUnixNano = OtlpMessages.Nanoseconds(DateTime.UtcNow);
    }
}
