using System.Diagnostics;
using Google.Protobuf;

namespace AbsBuildTasks.Followers.OpenTelemetry;

/// <summary>Spans and numbers of .NET as messages for a collector.</summary>
internal static class OtlpMessages
{
    private const int Cumulative = 2;

    private static readonly DateTime Epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>A message of one span that has ended.</summary>
    public static ExportTraceServiceRequest Of(Activity activity, Resource resource, InstrumentationScope scope) => new()
    {
        ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { new ScopeSpans { Scope = scope, Spans = { Span(activity) } } } } },
    };

    /// <summary>A message of numbers as they are now.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="start">Since when sums are counted.</param>
    /// <param name="resource">Who sends.</param>
    /// <param name="scope">What they come from.</param>
    public static ExportMetricsServiceRequest Of(IEnumerable<SearchNumber> numbers, DateTime start, Resource resource, InstrumentationScope scope) => new()
    {
        ResourceMetrics = { new ResourceMetrics { Resource = resource, ScopeMetrics = { new ScopeMetrics { Scope = scope, Metrics = { numbers.Select(number => Metric(number, start)).OfType<Metric>() } } } } },
    };

    /// <summary>Attributes of a resource.</summary>
    public static Resource ResourceOf(IEnumerable<KeyValuePair<string, string>> attributes) =>
        new() { Attributes = { Attributes(attributes.Select(pair => new KeyValuePair<string, object?>(pair.Key, pair.Value))) } };

    private static IEnumerable<KeyValue> Attributes(IEnumerable<KeyValuePair<string, object?>> tags) => tags.Select(tag => new KeyValue { Key = tag.Key, Value = Value(tag.Value) });

    // Since 1970.
    private static ulong Nanoseconds(DateTime moment) => (ulong)(moment - Epoch).Ticks * 100;

    private static SpanRecord Span(Activity activity)
    {
        var record = new SpanRecord
        {
            TraceId = Id(activity.TraceId.ToHexString()),
            SpanId = Id(activity.SpanId.ToHexString()),
            TraceState = activity.TraceStateString ?? "",
            ParentSpanId = activity.ParentSpanId == default ? ByteString.Empty : Id(activity.ParentSpanId.ToHexString()),
            Name = activity.DisplayName,

            // OTLP counts from 1: its 0 is for what is not known.
            Kind = (int)activity.Kind + 1,
            StartTimeUnixNano = Nanoseconds(activity.StartTimeUtc),
            EndTimeUnixNano = Nanoseconds(activity.StartTimeUtc + activity.Duration),
            Attributes = { Attributes(activity.TagObjects) },
            Events = { activity.Events.Select(each => new SpanEvent { TimeUnixNano = Nanoseconds(each.Timestamp.UtcDateTime), Name = each.Name, Attributes = { Attributes(each.Tags) } }) },
        };
        if (activity.Status != ActivityStatusCode.Unset)
        {
            record.Status = new() { Code = (int)activity.Status, Message = activity.StatusDescription ?? "" };
        }

        return record;
    }

    private static Metric? Metric(SearchNumber number, DateTime start)
    {
        var points = number.Read().Select(reading => new NumberPoint
        {
            StartTimeUnixNano = number.IsSum ? Nanoseconds(start) : 0,
            TimeUnixNano = Nanoseconds(DateTime.UtcNow),
            AsDouble = reading.Value,
            Attributes = { Attributes(reading.Tags) },
        }).ToArray();
        var metric = new Metric { Name = number.Name, Unit = number.Unit, Description = number.Description };
        if (number.IsSum)
        {
            metric.Sum = new() { AggregationTemporality = Cumulative, IsMonotonic = true, DataPoints = { points } };
        }
        else
        {
            metric.Gauge = new() { DataPoints = { points } };
        }

        return points.Length == 0 ? null : metric;
    }

    // By its digits: what copies it asks for a span, and the one in the tasks' folder is not that of .NET.
    private static ByteString Id(string hex) => ByteString.CopyFrom(Enumerable.Range(0, hex.Length / 2).Select(index => Convert.ToByte(hex.Substring(2 * index, 2), 16)).ToArray());

    private static AnyValue Value(object? value) => value switch
    {
        double number => new() { DoubleValue = number },
        int number => new() { IntValue = number },
        _ => new() { StringValue = Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "" },
    };
}
