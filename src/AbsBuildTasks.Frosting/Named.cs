using Cake.Core;
using Cake.Core.IO;

namespace AbsBuildTasks.Frosting;

/// <summary>What a context names for a task. A task that has nothing to do would look like one that found nothing.</summary>
internal static class Named
{
    /// <summary>All of it.</summary>
    /// <param name="paths">What the context names.</param>
    /// <param name="property">The context's property.</param>
    /// <exception cref="CakeException">It names nothing.</exception>
    public static IReadOnlyList<FilePath> All(IEnumerable<FilePath> paths, string property) => paths.ToArray() is { Length: > 0 } named
        ? named
        : throw new CakeException($"The build's context names nothing to work on; give its property {property} at least one path.");
}
