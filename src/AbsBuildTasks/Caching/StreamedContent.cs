using System.Net;

namespace AbsBuildTasks.Caching;

/// <summary>A request's body from a stream, sent as fast as the server takes it.</summary>
/// <param name="open">Opens the stream; its length is the body's.</param>
/// <param name="deadline">Told of every part that is sent.</param>
internal sealed class StreamedContent(Func<Stream> open, Deadline deadline) : HttpContent
{
    private const int PartLength = 1 << 16;

    /// <inheritdoc />
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var source = open();
        var part = new byte[PartLength];
        int read;
        while ((read = await source.ReadAsync(part, 0, part.Length, deadline.Token)) > 0)
        {
            await stream.WriteAsync(part, 0, read, deadline.Token);
            deadline.Progress();
        }
    }

    /// <inheritdoc />
    protected override bool TryComputeLength(out long length)
    {
        using var source = open();
        length = source.Length;
        return true;
    }
}
