using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using AbsBuildTasks.Followers.OpenTelemetry;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Tests.Followers;

public sealed class SearchTelemetryTests : IDisposable
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Parent = "b7ad6b7169203331";

    private static readonly WorkerEvent[] Events =
    [
        new ProgressEvent("train", 1, 2, 2, 80, null, "top-1", 1),
        new ProgressEvent("train", 2, 2, 0, 90, null, "top-1", 2),
        new LayersEvent("search", 3, [new("conv1", 4, 8, 12), new("fc", 8, 2, 10)]),
        new ProgressEvent("search", 1, 1, 0.25, 91.5, 0.0625, "top-1", 3, TestLoss: 0.375),
        new DoneEvent(),
    ];

    private readonly Dictionary<string, string> _environment = [];
    private readonly List<(string Code, string Text)> _warnings = [];

    public SearchTelemetryTests() => Activity.Current = null;

    public void Dispose() => Activity.Current = null;

    [Fact]
    public void A_search_is_a_span_with_a_span_for_each_phase()
    {
        using var collector = new Collector();
        _environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address + "/";
        _environment["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=se%20cret";
        _environment["OTEL_SERVICE_NAME"] = "nightly";
        _environment["TRACEPARENT"] = $"00-{Trace}-{Parent}-01";

        Tell(Events);

        var messages = collector.To("/v1/traces");
        byte[][] spans = [.. messages.SelectMany(message => Wire.At(message, 1, 2, 2))];
        Assert.Equal(["train", "search", "abs search"], spans.Select(span => Text(span, 5)));
        Assert.All(spans, span => Assert.Equal(Trace, Convert.ToHexStringLower(Wire.At(span, 1).Single())));
        var search = spans[2];
        Assert.Equal(Parent, Convert.ToHexStringLower(Wire.At(search, 4).Single()));
        Assert.All(spans[..2], span => Assert.Equal(Wire.At(search, 2).Single(), Wire.At(span, 4).Single()));
        Assert.Equal(1UL, Wire.Fields(Wire.At(search, 15).Single()).Single(field => field.Number == 3).Varint);
        Assert.Equal("digits", Attribute(search, 9, "abs.model"));
        Assert.Equal(2, Wire.At(spans[0], 11).Count(each => Text(each, 2) == "epoch"));

        // One phase begins where the one before has ended, and all lie in the search.
        Assert.Equal(Moment(spans[0], 8), Moment(spans[1], 7));
        Assert.All(spans[..2], span => Assert.True(Moment(search, 7) <= Moment(span, 7) && Moment(span, 7) <= Moment(span, 8) && Moment(span, 8) <= Moment(search, 8)));
        Assert.All(messages, message => Assert.Equal("nightly", Attribute(Wire.At(message, 1, 1).Single(), 1, "service.name")));
        Assert.All(collector.Posted, each => Assert.Equal(("application/x-protobuf", "se cret"), (each.ContentType, each.Key)));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Its_numbers_follow_it()
    {
        using var collector = new Collector();
        _environment["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = collector.Address + "/numbers";

        Tell(Events);

        Assert.All(collector.Posted, each => Assert.Equal("POST /numbers", each.Line));
        byte[][] metrics = [.. Wire.At(collector.To("/numbers")[^1], 1, 2, 2)];
        Assert.Equal([0.25], Points("abs.search.loss", 5).Select(point => point.Value));
        Assert.Equal([0.375], Points("abs.search.test_loss", 5).Select(point => point.Value));
        Assert.Equal([91.5], Points("abs.search.metric", 5).Select(point => point.Value));
        Assert.Equal([0.0625], Points("abs.search.relative_bops", 5).Select(point => point.Value));
        Assert.All(metrics.SelectMany(metric => Wire.At(metric, 5, 1).Concat(Wire.At(metric, 7, 1))), point => Assert.Equal(("digits", "0123"), (Attribute(point, 7, "abs.model"), Attribute(point, 7, "abs.fingerprint"))));
        Assert.Equal([("conv1", 4d), ("fc", 8d)], Points("abs.layer.weight_bits", 5).Select(point => (Attribute(point.Point, 7, "abs.layer"), point.Value)));
        Assert.Equal([("train", 2d), ("search", 1d)], Points("abs.search.epochs", 7).Select(point => (Attribute(point.Point, 7, "abs.phase"), point.Value)));

        IEnumerable<(byte[] Point, double Value)> Points(string name, int form) => Wire.At(metrics.Single(metric => Text(metric, 1) == name), form, 1).Select(point => (point, BitConverter.ToDouble(Wire.At(point, 4).Single())));
    }

    [Fact]
    public void A_host_that_listens_sees_both_without_a_collector()
    {
        var (model, spans, losses) = ("host-" + Guid.NewGuid().ToString("N"), new List<string>(), new List<double>());
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AbsBuildTasks",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => Add(spans, span.DisplayName, span.GetTagItem("abs.model") ?? span.Parent?.GetTagItem("abs.model")),
        };
        ActivitySource.AddActivityListener(listener);
        using var numbers = new MeterListener { InstrumentPublished = (instrument, self) => Listen(instrument, self) };
        numbers.SetMeasurementEventCallback<double>((_, value, tags, _) => Add(losses, value, tags.ToArray().Single(tag => tag.Key == "abs.model").Value));
        numbers.Start();
        using (var telemetry = Open(model))
        {
            telemetry.Tell(new SearchReported(model, Events[0]));
            numbers.RecordObservableInstruments();
        }

        Assert.Equal(["abs search"], spans);
        Assert.Equal([2.0], losses);

        void Add<T>(List<T> list, T value, object? of)
        {
            // Other tests have searches, too.
            if (Equals(of, model))
            {
                list.Add(value);
            }
        }

        static void Listen(Instrument instrument, MeterListener self)
        {
            if (instrument is { Meter.Name: "AbsBuildTasks", Name: "abs.search.loss" })
            {
                self.EnableMeasurementEvents(instrument);
            }
        }
    }

    [Fact]
    public void A_search_that_fails_is_a_span_that_says_so()
    {
        using var collector = new Collector();
        _environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = collector.Address;

        Tell(new ErrorEvent("ABS3002", "/home/me diverged"));

        var status = Wire.At(collector.To("/").Single(), 1, 2, 2, 15).Single();
        Assert.Equal(("ABS3002", 2UL), (Text(status, 2), Wire.Fields(status).Single(field => field.Number == 3).Varint));
    }

    [Fact]
    public void A_collector_that_refuses_is_a_warning_and_no_more()
    {
        using var collector = new Collector(status: 401);
        _environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address;

        Tell(Events);

        Assert.All(_warnings, warning => Assert.Equal("ABS4022", warning.Code));
        Assert.Contains(_warnings, warning => warning.Text.Contains($" {collector.Address}/v1/", StringComparison.Ordinal) && warning.Text.Contains(" answered 401. ", StringComparison.Ordinal));
    }

    [Fact]
    public void So_is_one_that_is_not_there()
    {
        _environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = FormattableString.Invariant($"http://user:secret@127.0.0.1:{Collector.FreePort()}/v1/traces");

        Tell(Events);

        Assert.All(_warnings, warning => Assert.Equal("ABS4022", warning.Code));
        Assert.NotEmpty(_warnings);
        Assert.DoesNotContain(_warnings, warning => warning.Text.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_TRACES_EXPORTER", "none")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "")]
    public void Nothing_is_sent_where_nobody_asks_for_it(string name, string value)
    {
        using var collector = new Collector();
        _environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = collector.Address;
        _environment[name] = value;

        Tell(Events);

        Assert.Empty(collector.Posted);
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc', and a build can send http/protobuf alone")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4318', which is no address such as http://localhost:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "soon", "OTEL_EXPORTER_OTLP_TIMEOUT is 'soon', which is no number of milliseconds from 1 to 600000")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "name=a%0D%0Aother: b", "OTEL_EXPORTER_OTLP_HEADERS is no list such as name=value,name=value")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "secret", "OTEL_EXPORTER_OTLP_HEADERS is no list such as name=value,name=value")]
    public void A_variable_that_cannot_be_read_is_told(string name, string value, string problem)
    {
        _environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4318";
        _environment[name] = value;

        Tell(Events);

        var (code, text) = Assert.Single(_warnings);
        Assert.Equal("ABS4022", code);
        Assert.StartsWith($"Telemetry of searches is not sent, or not all of it: {problem}. ", text, StringComparison.Ordinal);
    }

    private static ulong Moment(byte[] span, int field) => BitConverter.ToUInt64(Wire.At(span, field).Single());

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Wire.At(message, field).Single());

    private static string Attribute(byte[] message, int field, string key) => Text(Wire.At(Wire.At(message, field).Single(pair => Text(pair, 1) == key), 2).Single(), 1);

    private SearchTelemetry Open(string model) => new(model, "0123", name => _environment.GetValueOrDefault(name), (code, text) => _warnings.Add((code, text)));

    private void Tell(params WorkerEvent[] events)
    {
        using var telemetry = Open("digits");
        telemetry.Tell(new SearchStarted("digits", 0.5, 3));
        Array.ForEach(events, each => telemetry.Tell(new SearchReported("digits", each)));
    }
}
