using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Caching;

/// <summary>
/// Finished searches on an HTTP server, in the layout of Bazel's remote caches: <c>ac/&lt;fingerprint&gt;</c> names the
/// files of a search, and <c>cas/&lt;hash&gt;</c> holds contents.
/// </summary>
/// <remarks>Nothing that the server sends is trusted: contents must have their hash, and the plan be the one asked for.</remarks>
internal sealed class RemoteCache : IDisposable
{
    // Every build stores it, so that a server on which it is not has no plans. Bazel's caches have it from the start.
    private static readonly string Mark = "cas/" + ContentHash.Of("");

    private readonly Lazy<HttpStore> _store;
    private readonly long _fileLength;

    /// <summary>Describes a cache; nothing is opened before it is used, which most builds do not.</summary>
    /// <param name="settings">Where the cache is.</param>
    /// <param name="limits">How long to bear with it.</param>
    public RemoteCache(RemoteSettings settings, RemoteLimits limits)
    {
        (Address, IsReadOnly, MostWaste, _fileLength) = (settings.Address.AbsoluteUri, settings.IsReadOnly, limits.Waste, limits.FileLength);
        _store = new(() => new(settings.Address, settings.Credentials, limits));
    }

    /// <summary>Where the cache is, fit to be printed.</summary>
    public string Address { get; }

    /// <summary>Whether builds only take plans from it.</summary>
    public bool IsReadOnly { get; }

    /// <summary>The time that a build may spend on it for nothing.</summary>
    public TimeSpan MostWaste { get; }

    /// <summary>Fetches the files of a search.</summary>
    /// <param name="model">The model.</param>
    /// <param name="alone">The one file that is meant; null for a plan and what lies beside it.</param>
    /// <param name="fingerprint">The search's fingerprint.</param>
    /// <param name="folder">Receives the files, once all are known to be sound.</param>
    /// <param name="cancellation">Stops fetching.</param>
    /// <returns>Whether the cache has the search.</returns>
    /// <exception cref="RemoteCacheException">The cache is of no use.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool TryGet(string model, ResultFile? alone, string fingerprint, string folder, CancellationToken cancellation)
    {
        using var entry = new MemoryStream();
        if (!_store.Value.Get("ac/" + fingerprint, entry, RemoteEntry.MaxLength, cancellation))
        {
            return false;
        }

        using var staging = new StagingFolder(folder);

        // The plan first and the weights last: what tells soonest that the rest is of no use.
        foreach (var file in RemoteEntry.Read(entry.ToArray(), model, alone).Reverse())
        {
            // A server may have dropped a content and kept the entry.
            if (!TryGet(file, staging.File(file.Name), cancellation))
            {
                return false;
            }

            if (staging.ProblemOf(file.Name, model, fingerprint) is { } problem)
            {
                throw RemoteCacheException.Corrupt(problem);
            }
        }

        staging.MoveOut(model, alone);
        return true;
    }

    /// <summary>Whether builds have stored plans there: where not, the address may lead elsewhere.</summary>
    /// <param name="cancellation">Stops asking.</param>
    /// <exception cref="RemoteCacheException">The cache is of no use.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public bool HasPlans(CancellationToken cancellation)
    {
        using var nothing = new MemoryStream();
        return _store.Value.Get(Mark, nothing, maxLength: 0, cancellation);
    }

    /// <summary>The first of some files that is longer than any build would take from the cache; null where there is none.</summary>
    /// <param name="files">Full paths of the files.</param>
    public string? TooLong(IReadOnlyList<string> files) => files.FirstOrDefault(file => new FileInfo(file).Length > Math.Min(_fileLength, RemoteEntry.MaxLengthOf(file)));

    /// <summary>Stores the files of a search.</summary>
    /// <param name="fingerprint">The search's fingerprint.</param>
    /// <param name="files">Full paths of the files, none of which is <see cref="TooLong"/>.</param>
    /// <param name="cancellation">Stops storing.</param>
    /// <exception cref="RemoteCacheException">The cache does not take them.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void Put(string fingerprint, IReadOnlyList<string> files, CancellationToken cancellation)
    {
        // Contents first: an entry never names one that is not there yet.
        RemoteFile[] stored = [.. files.Select(file => Put(file, cancellation))];
        var entry = RemoteEntry.Write(stored);
        _store.Value.Put(Mark, () => new MemoryStream([], writable: false), length: 0, cancellation);
        _store.Value.Put("ac/" + fingerprint, () => new MemoryStream(entry, writable: false), entry.Length, cancellation);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_store.IsValueCreated)
        {
            _store.Value.Dispose();
        }
    }

    private bool TryGet(RemoteFile file, string path, CancellationToken cancellation)
    {
        using var content = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        if (!_store.Value.Get("cas/" + file.Hash, content, file.Length, cancellation))
        {
            return false;
        }

        content.Position = 0;
        return ContentHash.Of(content) == file.Hash
            ? true
            : throw RemoteCacheException.Corrupt($"its content of {file.Name} is not what was stored");
    }

    private RemoteFile Put(string path, CancellationToken cancellation)
    {
        using var content = File.OpenRead(path);
        var file = new RemoteFile(Path.GetFileName(path), ContentHash.Of(content), content.Length);
        _store.Value.Put("cas/" + file.Hash, () => File.OpenRead(path), file.Length, cancellation);
        return file;
    }
}
