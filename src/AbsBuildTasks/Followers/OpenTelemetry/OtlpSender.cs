using System.Net.Http;
using System.Net.Http.Headers;
using AbsBuildTasks.Plans.Text;
using Google.Protobuf;

namespace AbsBuildTasks.Followers.OpenTelemetry;

/// <summary>Sends telemetry one message after the other, beside the search. What cannot be sent is dropped: telemetry costs a search nothing.</summary>
internal sealed class OtlpSender : IDisposable
{
    // More wait only for a collector that is slower than the epochs.
    private const int MostWaiting = 100;
    private const string ContentType = "application/x-protobuf";

    // No redirects: headers may hold a secret for this server alone.
#pragma warning disable CA5399 // Companies' own certificate authorities often have no revocation list, and .NET refuses where it finds none.
    private readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
#pragma warning restore CA5399
    private readonly TimeSpan _patience;
    private readonly object _gate = new();
    private readonly Queue<(OtlpTarget Target, byte[] Message)> _waiting = new();
    private readonly CancellationTokenSource _end = new();
    private Task _sending = Task.CompletedTask;
    private bool _isSending;
    private string? _problem;

    /// <summary>A sender.</summary>
    /// <param name="timeout">How long an answer may take, and how long the end waits for what is left.</param>
    public OtlpSender(TimeSpan timeout) => (_patience, _client.Timeout) = (timeout, timeout);

    /// <summary>Why something was not sent, since this was asked last; null where nothing went wrong.</summary>
    public string? TakeProblem() => Interlocked.Exchange(ref _problem, null);

    /// <summary>Sends a message as soon as those before are gone.</summary>
    public void Send(OtlpTarget target, IMessage message)
    {
        lock (_gate)
        {
            if (_waiting.Count < MostWaiting)
            {
                _waiting.Enqueue((target, message.ToByteArray()));
            }

            if (!_isSending)
            {
                _isSending = true;
                _sending = Task.Run(SendAllAsync);
            }
        }
    }

    /// <summary>Waits for what is left to be sent, but not for long.</summary>
    public void Finish()
    {
        Task sending;
        lock (_gate)
        {
            sending = _sending;
        }

        if (!sending.Wait(_patience))
        {
            _ = Interlocked.CompareExchange(ref _problem, "the collector was too slow to take all of it", null);
            _end.Cancel();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _end.Cancel();
        _client.Dispose();
        _end.Dispose();
    }

    private async Task SendAllAsync()
    {
        while (Next() is var (target, message))
        {
            try
            {
                await SendAsync(target, message).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or ObjectDisposedException)
            {
                var why = exception is HttpRequestException ? exception.GetBaseException().Message.TrimEnd('.') : "it did not answer in time";
                _ = Interlocked.CompareExchange(ref _problem, $"{Shown(target)}: {Printable.Escape(why)}", null);
            }
        }
    }

    private (OtlpTarget Target, byte[] Message)? Next()
    {
        lock (_gate)
        {
            if (_waiting.Count > 0 && !_end.IsCancellationRequested)
            {
                return _waiting.Dequeue();
            }

            _isSending = false;
            return null;
        }
    }

    private async Task SendAsync(OtlpTarget target, byte[] message)
    {
        using var content = new ByteArrayContent(message);
        content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, target.Address) { Content = content };
        foreach (var header in target.Headers)
        {
            _ = request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _end.Token).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            _ = Interlocked.CompareExchange(ref _problem, FormattableString.Invariant($"{Shown(target)} answered {(int)answer.StatusCode}"), null);
        }
    }

    private static string Shown(OtlpTarget target) => AddressText.WithoutUser(target.Address.GetLeftPart(UriPartial.Path));
}
