using System.Net;
using System.Net.Http.Headers;
using AbsBuildTasks.Plans.Text;
using Polly;
using Polly.Retry;

namespace AbsBuildTasks.Caching;

/// <summary>Gets bodies from an HTTP server and puts them there, and bears with its failures for a limited time.</summary>
internal sealed class HttpStore : IDisposable
{
    private const HttpStatusCode TooManyRequests = (HttpStatusCode)429;
    private const int PartLength = 1 << 16;

    private readonly HttpClient _client;
    private readonly ResiliencePipeline _pipeline;
    private readonly RemoteLimits _limits;
    private readonly Uri _address;

    /// <summary>Opens a server.</summary>
    /// <param name="address">What paths are relative to; ends with a slash.</param>
    /// <param name="credentials">Sent with every request; null for none.</param>
    /// <param name="limits">How long to bear with the server.</param>
    public HttpStore(Uri address, AuthenticationHeaderValue? credentials, RemoteLimits limits)
    {
        (_address, _limits) = (address, limits);

        // No redirects: credentials and what is stored are for this server alone.
#pragma warning disable CA2000 // The client disposes its handler.
#pragma warning disable CA5399 // Companies' own certificate authorities often have no revocation list, and .NET refuses where it finds none.
        _client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore CA2000, CA5399
        _client.DefaultRequestHeaders.Authorization = credentials;
        _pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<RemoteCacheException>(error => error.IsTransient),
                MaxRetryAttempts = limits.Retries,
                Delay = limits.RetryPause,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                DelayGenerator = failed => new((failed.Outcome.Exception as RemoteCacheException)?.RetryAfter),
            })
            .Build();
    }

    /// <summary>Gets a body.</summary>
    /// <param name="path">The path below the server's address.</param>
    /// <param name="target">Receives the body, and nothing else; can seek.</param>
    /// <param name="maxLength">Bytes of the body at most: no more are received, whatever the server announces.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <returns>Whether the server has it.</returns>
    /// <exception cref="RemoteCacheException">The server failed, or sent too much.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool Get(string path, Stream target, long maxLength, CancellationToken cancellation) => Run(
        async deadline =>
        {
            target.SetLength(0);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_address, path));
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return false;
            }

            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw Refused(response);
            }

            using var body = await response.Content.ReadAsStreamAsync();
            await ReceiveAsync(body, target, maxLength, deadline);
            return true;
        },
        maxLength,
        cancellation);

    /// <summary>Puts a body.</summary>
    /// <param name="path">The path below the server's address.</param>
    /// <param name="open">Opens the body; once more for each time it is sent.</param>
    /// <param name="length">Bytes of the body.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <exception cref="RemoteCacheException">The server failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Put(string path, Func<Stream> open, long length, CancellationToken cancellation) => Run(
        async deadline =>
        {
            using var content = new StreamedContent(open, deadline);
            using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(_address, path)) { Content = content };

            // A server that refuses says so before it has the body.
            request.Headers.ExpectContinue = true;
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return response.IsSuccessStatusCode ? true : throw Refused(response);
        },
        length,
        cancellation);

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static async Task ReceiveAsync(Stream body, Stream target, long maxLength, Deadline deadline)
    {
        var part = new byte[PartLength];
        int read;
        while ((read = await ReadAsync(body, part, deadline.Token)) > 0)
        {
            deadline.Progress();
            if (target.Length + read > maxLength)
            {
                throw RemoteCacheException.Corrupt(FormattableString.Invariant($"it sent more than the {maxLength} bytes there can be"));
            }

            await target.WriteAsync(part, 0, read, deadline.Token);
        }
    }

    private static async Task<int> ReadAsync(Stream body, byte[] part, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(part, 0, part.Length, cancellation);
        }
        catch (IOException error)
        {
            throw new HttpRequestException("The answer ended too early.", error);
        }
    }

    private RemoteCacheException Refused(HttpResponseMessage response)
    {
        var (status, wait) = (response.StatusCode, response.Headers.RetryAfter?.Delta);
        return RemoteCacheException.Unavailable(
            status switch
            {
                HttpStatusCode.Unauthorized => "it asks for other credentials (401); set ABS_REMOTE_CACHE_USER and ABS_REMOTE_CACHE_PASSWORD, or ABS_REMOTE_CACHE_TOKEN, in the environment",
                HttpStatusCode.Forbidden => "it refuses (403); set AbsRemoteCacheMode=read-only where builds must not write, or give the credentials the right to",
                >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => FormattableString.Invariant($"it redirects ({(int)status}), which is not followed; set AbsRemoteCache to where the cache is"),
                _ => FormattableString.Invariant($"it answered with status {(int)status}; check the server, and that AbsRemoteCache is its address"),
            },

            // Who wants to be left alone for longer than a build waits for an answer is not asked again.
            isTransient: status is >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout or TooManyRequests && !(wait > _limits.Silence),
            retryAfter: wait);
    }

    private bool Run(Func<Deadline, Task<bool>> request, long length, CancellationToken cancellation) =>
        _pipeline.ExecuteAsync(async token => await TryAsync(request, length, token), cancellation).AsTask().GetAwaiter().GetResult();

    private async Task<bool> TryAsync(Func<Deadline, Task<bool>> request, long length, CancellationToken cancellation)
    {
        using var deadline = new Deadline(_limits, length, cancellation);
        try
        {
            return await request(deadline);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();

            // Not sent again where the server was silent: that took long enough.
            throw deadline.Token.IsCancellationRequested
                ? RemoteCacheException.Unavailable("it took too long to answer; check the server, and that AbsRemoteCache is its address", error)
                : RemoteCacheException.Unavailable($"it cannot be reached ({Innermost(error)}); check the server, and that AbsRemoteCache is its address", error, isTransient: true);
        }
    }

    private static string Innermost(Exception error) => Printable.Escape(error.GetBaseException().Message.TrimEnd('.'));
}
