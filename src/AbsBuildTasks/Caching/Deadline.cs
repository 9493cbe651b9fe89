using System.Diagnostics;

namespace AbsBuildTasks.Caching;

/// <summary>Ends a request that has become silent, or takes too long altogether.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _silence;
    private readonly TimeSpan _whole;

    /// <summary>Starts a request's time.</summary>
    /// <param name="limits">What is too long.</param>
    /// <param name="length">Bytes of the request's or the answer's body, at most.</param>
    /// <param name="cancellation">Ends the request as well.</param>
    public Deadline(RemoteLimits limits, long length, CancellationToken cancellation)
    {
        (_silence, _whole) = (limits.Silence, limits.RequestOf(length));
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Progress();
    }

    /// <summary>Cancelled when the time is up.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Something has happened: the silence begins anew.</summary>
    public void Progress()
    {
        var left = _whole - _clock.Elapsed;
        _source.CancelAfter(left <= TimeSpan.Zero ? TimeSpan.Zero : left < _silence ? left : _silence);
    }

    /// <inheritdoc />
    public void Dispose() => _source.Dispose();
}
