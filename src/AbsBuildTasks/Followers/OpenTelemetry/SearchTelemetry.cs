using System.Diagnostics;
using System.Diagnostics.Metrics;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Followers.OpenTelemetry;

/// <summary>
/// One search as a span with a span for each phase in it, and as numbers that follow it: from <see cref="ActivitySource"/>
/// and <see cref="Meter"/>, which the host may listen to, and sent to a collector where the environment names one.
/// </summary>
internal sealed class SearchTelemetry : IDisposable
{
    /// <summary>What source and meter are called.</summary>
    public const string Name = "AbsBuildTasks";

    // This search's own, though others have their name: so no search tells of another that runs in this process.
    private readonly ActivitySource _source;
    private readonly Meter _meter;
    private readonly SearchNumbers _numbers;
    private readonly OtlpExport? _export;
    private readonly Action<string, string> _warn;
    private readonly Activity? _search;
    private Activity? _phase;
    private DateTime _latest = DateTime.UtcNow;

    /// <summary>Begins the span of a search.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="search">What the search is known by: its fingerprint.</param>
    /// <param name="variable">Gives a variable of the environment; null or empty where it is not set.</param>
    /// <param name="warn">Told a code and a line where telemetry cannot be sent.</param>
    public SearchTelemetry(string model, string search, Func<string, string?> variable, Action<string, string> warn)
    {
        _warn = warn;
        var version = typeof(SearchTelemetry).Assembly.GetName().Version.ToString(3);
        _source = new(Name, version);
        _meter = new(Name, version);
        _numbers = new(_meter, model, search);
        _export = Export(variable);

        // What started the build says so in the environment, as W3C has it for processes.
        var parent = Activity.Current?.Context ?? (ActivityContext.TryParse(variable("TRACEPARENT"), variable("TRACESTATE"), out var given) ? given : default);
        _search = Start("abs search", parent, _latest);
        _ = _search?.SetTag("abs.model", model).SetTag("abs.fingerprint", search);
    }

    /// <summary>Takes in an event.</summary>
    public void Tell(BuildEvent buildEvent)
    {
        switch (buildEvent)
        {
            case SearchStarted { Budget: { } budget }:
                _ = _search?.SetTag("abs.budget.relative_bops", budget);
                break;
            case SearchReported { Event: LimitEvent limit }:
                _ = _search?.SetTag("abs.budget.relative_bops", limit.RelativeBops);
                break;
            case SearchReported { Event: LayersEvent layers }:
                _numbers.Take(layers);
                break;
            case SearchReported { Event: ProgressEvent progress }:
                _numbers.Take(progress);
                Enter(progress);
                _export?.SendNumbers();
                break;
            case SearchReported { Event: WarningEvent warning }:
                _ = _search?.AddEvent(new("warning", tags: new() { { "abs.code", warning.Code }, { "abs.text", warning.Text } }));
                break;
            case SearchReported { Event: ErrorEvent error }:
                // Its text may name files of this machine.
                _ = _search?.SetStatus(ActivityStatusCode.Error, error.Code).SetTag("abs.code", error.Code);
                break;
            case SearchReported { Event: DoneEvent }:
                _ = _search?.SetStatus(ActivityStatusCode.Ok);
                break;
        }

        WarnOfProblem();
    }

    /// <summary>Ends the spans, and sends what is left.</summary>
    public void Dispose()
    {
        End(_phase, DateTime.UtcNow);
        End(_search, DateTime.UtcNow);
        _export?.Finish();
        WarnOfProblem();
        _export?.Dispose();
        _phase?.Dispose();
        _search?.Dispose();
        _meter.Dispose();
        _source.Dispose();
    }

    private static void End(Activity? activity, DateTime at)
    {
        var current = Activity.Current;
        _ = activity?.SetEndTime(at);
        activity?.Stop();
        Activity.Current = current == activity ? null : current;
    }

    private OtlpExport? Export(Func<string, string?> variable)
    {
        try
        {
            return OtlpSettings.Read(variable) is { } settings ? new(settings, _source, _numbers) : null;
        }
        catch (FormatException exception)
        {
            Warn(exception.Message);
            return null;
        }
    }

    // An epoch is told when it is over: its phase began where the one before ended.
    private void Enter(ProgressEvent progress)
    {
        if (_phase?.DisplayName != progress.Phase)
        {
            End(_phase, _latest);
            _phase = _search is null ? null : Start(progress.Phase, _search.Context, _latest);
        }

        _latest = DateTime.UtcNow;
        var tags = new ActivityTagsCollection { { "abs.epoch", progress.Epoch }, { "abs.epochs", progress.Epochs } };
        foreach (var (name, value) in new[] { ("abs.loss", progress.Loss), ("abs.test_loss", progress.TestLoss), ("abs.metric", progress.Metric), ("abs.relative_bops", progress.RelativeBops) })
        {
            if (value is { } known)
            {
                tags.Add(name, known);
            }
        }

        _ = _phase?.AddEvent(new("epoch", tags: tags));
    }

    // The thread goes on under what it was under before: events come on another one than that which ends the search.
    private Activity? Start(string name, ActivityContext parent, DateTime at)
    {
        var current = Activity.Current;
        var started = _source.StartActivity(name, ActivityKind.Internal, parent, startTime: at);
        Activity.Current = current;
        return started;
    }

    private void WarnOfProblem()
    {
        if (_export?.TakeProblem() is { } problem)
        {
            Warn(problem);
        }
    }

    private void Warn(string problem) => _warn(AbsCodes.TelemetryNotSent, $"Telemetry of searches is not sent, or not all of it: {problem}. The search goes on. Correct the OTEL_ variables of the environment: the collector must take OTLP over HTTP (http/protobuf), mostly at port 4318; OTEL_SDK_DISABLED=true sends nothing.");
}
