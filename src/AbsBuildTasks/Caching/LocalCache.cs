using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Caching;

/// <summary>The plan cache of this machine, as a project's properties describe it.</summary>
internal static class LocalCache
{
    /// <summary>Full path of the cache's folder.</summary>
    /// <param name="projectDirectory">What a relative path is relative to.</param>
    /// <param name="directory">As <c>AbsCacheDirectory</c> says; empty for the user's own.</param>
    public static string Folder(string projectDirectory, string directory) =>
        directory.Length > 0 ? Path.GetFullPath(Path.Combine(projectDirectory, directory)) : PlanCache.DefaultDirectory;

    /// <summary>The cache.</summary>
    /// <param name="projectDirectory">What a relative path is relative to.</param>
    /// <param name="directory">As <c>AbsCacheDirectory</c> says; empty for the user's own.</param>
    /// <param name="size">As <c>AbsCacheSize</c> says; empty for <see cref="PlanCache.DefaultSize"/>.</param>
    /// <exception cref="AbsException">ABS1005: the size cannot be read.</exception>
    public static PlanCache Open(string projectDirectory, string directory, string size) =>
        new(Folder(projectDirectory, directory), size.Length > 0 ? ByteSize.Parse("AbsCacheSize", size) : PlanCache.DefaultSize);
}
