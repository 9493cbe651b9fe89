using System.Diagnostics;

namespace AbsBuildTasks.Followers.OpenTelemetry;

/// <summary>Sends the spans of one source and the numbers of one search to a collector.</summary>
internal sealed class OtlpExport : IDisposable
{
    private readonly OtlpSettings _settings;
    private readonly OtlpSender _sender;
    private readonly ActivityListener? _spans;
    private readonly SearchNumbers _numbers;
    private readonly DateTime _start = DateTime.UtcNow;
    private readonly Resource _resource;
    private readonly InstrumentationScope _scope;

    /// <summary>Begins to listen.</summary>
    public OtlpExport(OtlpSettings settings, ActivitySource source, SearchNumbers numbers)
    {
        (_settings, _numbers) = (settings, numbers);
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
    }

    /// <inheritdoc cref="OtlpSender.TakeProblem" />
    public string? TakeProblem() => _sender.TakeProblem();

    /// <summary>Sends the numbers as they are now.</summary>
    public void SendNumbers()
    {
        if (_settings.Metrics is { } target)
        {
            _sender.Send(target, OtlpMessages.Of(_numbers.All, _start, _resource, _scope));
        }
    }

    /// <inheritdoc cref="OtlpSender.Finish" />
    public void Finish() => _sender.Finish();

    /// <inheritdoc />
    public void Dispose()
    {
        _spans?.Dispose();
        _sender.Dispose();
    }
}
