namespace AbsBuildTasks.Plans.Caching;

/// <summary>A cache entry is damaged. Never leaves the cache, which turns it into a warning.</summary>
internal sealed class CacheEntryException(string message, Exception? innerException = null) : Exception(message, innerException);
