using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Caching;

/// <summary>A remote cache is of no use. Becomes a warning: a build goes on without.</summary>
internal sealed class RemoteCacheException : Exception
{
    private RemoteCacheException(string code, string message, Exception? cause, bool isTransient)
        : base(message, cause) => (Code, IsTransient) = (code, isTransient);

    /// <summary><see cref="AbsCodes.RemoteCacheUnavailable"/> or <see cref="AbsCodes.RemoteCacheCorrupt"/>.</summary>
    public string Code { get; }

    /// <summary>Whether the same request may well succeed in a moment.</summary>
    public bool IsTransient { get; }

    /// <summary>The pause that the server asks for before that; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>The server cannot be reached, or does not answer as it should.</summary>
    public static RemoteCacheException Unavailable(string message, Exception? cause = null, bool isTransient = false, TimeSpan? retryAfter = null) =>
        new(AbsCodes.RemoteCacheUnavailable, message, cause, isTransient) { RetryAfter = retryAfter };

    /// <summary>The server sent something else than was asked for.</summary>
    public static RemoteCacheException Corrupt(string message, Exception? cause = null) =>
        new(AbsCodes.RemoteCacheCorrupt, message, cause, isTransient: false);
}
