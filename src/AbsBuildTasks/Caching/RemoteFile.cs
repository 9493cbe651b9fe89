namespace AbsBuildTasks.Caching;

/// <summary>A file of a search, as a remote cache holds it.</summary>
/// <param name="Name">Its plain name.</param>
/// <param name="Hash">SHA-256 of its content.</param>
/// <param name="Length">Bytes of its content.</param>
internal sealed record RemoteFile(string Name, string Hash, long Length);
