using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AbsBuildTasks.Followers.OpenTelemetry;

/// <summary>Sends the spans of one source and the numbers of one meter to a collector.</summary>
internal sealed class OtlpExport : IDisposable
{
    private readonly OtlpSettings _settings;
    private readonly OtlpSender _sender;
    private readonly ActivityListener? _spans;
    private readonly OtlpMetrics? _metrics;
    private readonly Resource _resource;
    private readonly InstrumentationScope _scope;

    /// <summary>Begins to listen.</summary>
    public OtlpExport(OtlpSettings settings, ActivitySource source, Meter meter)
    {
        _settings = settings;
        _sender = new(settings.Timeout);
        _resource = OtlpMessages.ResourceOf(settings.Resource);
        _scope = new() { Name = source.Name, Version = source.Version ?? "" };
        if (settings.Traces is { } traces)
        {
            _spans = new()
            {
                ShouldListenTo = other => other == source,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity => _sender.Send(traces, OtlpMessages.Of(activity, _resource, _scope)),
            };
            ActivitySource.AddActivityListener(_spans);
        }

        _metrics = settings.Metrics is null ? null : new(meter);
    }

    /// <inheritdoc cref="OtlpSender.TakeProblem" />
    public string? TakeProblem() => _sender.TakeProblem();

    /// <summary>Sends the numbers as they are now.</summary>
    public void SendNumbers()
    {
        if (_settings.Metrics is { } target && _metrics is { } metrics)
        {
            _sender.Send(target, metrics.Collect(_resource, _scope));
        }
    }

    /// <inheritdoc cref="OtlpSender.Finish" />
    public void Finish() => _sender.Finish();

    /// <inheritdoc />
    public void Dispose()
    {
        _spans?.Dispose();
        _metrics?.Dispose();
        _sender.Dispose();
    }
}
