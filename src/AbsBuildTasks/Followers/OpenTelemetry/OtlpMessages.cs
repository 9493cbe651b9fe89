using System.Diagnostics;
using Google.Protobuf;

namespace AbsBuildTasks.Followers.OpenTelemetry;

/// <summary>Spans and numbers of .NET as messages for a collector.</summary>
internal static class OtlpMessages
{
    private static readonly DateTime Epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>A message of one span that has ended.</summary>
    public static ExportTraceServiceRequest Of(Activity activity, Resource resource, InstrumentationScope scope) => new()
    {
        ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { new ScopeSpans { Scope = scope, Spans = { Span(activity) } } } } },
    };

    /// <summary>Attributes of a resource.</summary>
    public static Resource ResourceOf(IEnumerable<KeyValuePair<string, string>> attributes) =>
        new() { Attributes = { Attributes(attributes.Select(pair => new KeyValuePair<string, object?>(pair.Key, pair.Value))) } };

    /// <summary>Attributes of anything.</summary>
    public static IEnumerable<KeyValue> Attributes(IEnumerable<KeyValuePair<string, object?>> tags) => tags.Select(tag => new KeyValue { Key = tag.Key, Value = Value(tag.Value) });

    /// <summary>A moment of UTC, in nanoseconds since 1970.</summary>
    public static ulong Nanoseconds(DateTime moment) => (ulong)(moment - Epoch).Ticks * 100;

    private static SpanRecord Span(Activity activity)
    {
        var (trace, span, parent) = (new byte[16], new byte[8], new byte[8]);
        activity.TraceId.CopyTo(trace);
        activity.SpanId.CopyTo(span);
        activity.ParentSpanId.CopyTo(parent);
        var record = new SpanRecord
        {
            TraceId = ByteString.CopyFrom(trace),
            SpanId = ByteString.CopyFrom(span),
            TraceState = activity.TraceStateString ?? "",
            ParentSpanId = activity.ParentSpanId == default ? ByteString.Empty : ByteString.CopyFrom(parent),
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

    private static AnyValue Value(object? value) => value switch
    {
        double number => new() { DoubleValue = number },
        int number => new() { IntValue = number },
        _ => new() { StringValue = Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "" },
    };
}
