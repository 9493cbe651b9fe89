namespace AbsBuildTasks.Plans.Caching;

/// <summary>Something about the cache that a build goes on without.</summary>
/// <param name="Code">The code, such as <c>ABS5001</c>.</param>
/// <param name="Message">One printable line.</param>
internal sealed record CacheWarning(string Code, string Message);
