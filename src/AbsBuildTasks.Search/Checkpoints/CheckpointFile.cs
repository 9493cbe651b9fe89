using System.Security.Cryptography;
using AbsBuildTasks.Plans.Files;
using Microsoft.Win32.SafeHandles;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>
/// The form of a checkpoint: a mark, a version, which search it belongs to, the state, and SHA-256 over all of it.
/// </summary>
internal static class CheckpointFile
{
    private const string Mark = "AbsBuildTasks checkpoint";
    private const int Version = 10;

    /// <summary>Writes a checkpoint; what is there stays until the new one is whole.</summary>
    /// <remarks>
    /// Not flushed to the disk: a process that is killed loses nothing by that, and where the machine goes down a damaged
    /// file is found out by its hash.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="search">Which search it belongs to.</param>
    /// <param name="exchange">Writes the state.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public static void Write(string path, string search, Action<StateStream> exchange) => AtomicFile.Write(
        path,
        stream =>
        {
            using var hash = SHA256.Create();
            using (var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
            {
                WriteState(new StateStream(hashed), search, exchange);
            }

            stream.Write(hash.Hash);
        },
        flushToDisk: false);

    /// <summary>Writes all of a checkpoint but its hash.</summary>
    /// <param name="state">Where to.</param>
    /// <param name="search">Which search it belongs to.</param>
    /// <param name="exchange">Writes the state.</param>
    public static void WriteState(StateStream state, string search, Action<StateStream> exchange)
    {
        Header(state, search);
        exchange(state);
    }

    /// <summary>Writes a checkpoint from a copy of all of it but its hash. Allocates nothing.</summary>
    /// <param name="file">A new file.</param>
    /// <param name="state">The copy, as <see cref="WriteState"/> wrote it.</param>
    /// <param name="hash">For SHA-256, and fresh.</param>
    /// <param name="abandoned">Stops, and leaves no checkpoint.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(SafeFileHandle file, NativeBytes state, IncrementalHash hash, CancellationToken abandoned)
    {
        var at = 0L;
        for (var number = 0; number < state.Parts && !abandoned.IsCancellationRequested; number++)
        {
            var part = state.Part(number);
            hash.AppendData(part);
            RandomAccess.Write(file, part, at);
            at += part.Length;
        }

        Span<byte> end = stackalloc byte[SHA256.HashSizeInBytes];
        _ = hash.GetHashAndReset(end);
        RandomAccess.Write(file, end, at);
    }

    /// <summary>Opens a checkpoint at the beginning of its state, after checking that it is whole and the right one.</summary>
    /// <exception cref="CheckpointException">It is damaged, or not of this version or search.</exception>
    public static StateStream Open(string path, string search)
    {
        Stream? file = null;
        try
        {
            file = OrdinaryFile.Open(path, FileShare.Read | FileShare.Delete);
            var end = file.Length - SHA256.HashSizeInBytes;
            if (end < 0 || !Hash(file, end).SequenceEqual(Rest(file)))
            {
                throw new CheckpointException("is damaged");
            }

            file.Position = 0;
            var state = new StateStream(file, end);
            Header(state, search);
            return state;
        }
        catch (Exception exception)
        {
            file?.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new CheckpointException("cannot be read", exception);
            }

            throw;
        }
    }

    private static void Header(StateStream state, string search)
    {
        state.Name(Mark);
        if (state.Integer(Version, 0, int.MaxValue) is var version && version != Version)
        {
            throw new CheckpointException($"is of version {version}");
        }

        if (state.Text(search) is var other && other != search)
        {
            throw new CheckpointException($"belongs to another search ({other}, not {search})");
        }
    }

    private static byte[] Hash(Stream file, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        for (var left = length; left > 0;)
        {
            var count = file.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (count == 0)
            {
                throw new CheckpointException("ends early");
            }

            hash.AppendData(buffer, 0, count);
            left -= count;
        }

        return hash.GetHashAndReset();
    }

    private static byte[] Rest(Stream file)
    {
        var rest = new byte[SHA256.HashSizeInBytes];
        file.ReadExactly(rest);
        return rest;
    }
}
