namespace AbsBuildTasks.Plans.Files;

/// <summary>Where folders are once links are followed.</summary>
internal static class RealFolder
{
    /// <summary>The path of a folder without links in it.</summary>
    public static string Of(string folder)
    {
        var path = Path.GetFullPath(folder);
        var root = Path.GetPathRoot(path)!;
        return path.Substring(root.Length).Split([Path.DirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Aggregate(root, Step);
    }

    /// <summary>A folder and those below it, also those that links lead to, but each only once, and not by a link where there is another way.</summary>
    /// <remarks>A link that leads back, to a folder that it is in, is left out: that holds more than the folder that was asked for.</remarks>
    /// <param name="folder">The folder.</param>
    /// <param name="isWanted">Told a folder's path: whether to go into it.</param>
    /// <returns>Paths as they lead from the folder, each to another real folder.</returns>
    public static IEnumerable<string> Below(string folder, Predicate<string> isWanted)
    {
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<(string Way, string[] Passed)>([(folder, [])]);
        while (waiting.Count > 0)
        {
            var (next, passed) = waiting.Dequeue();
            var target = Of(next);
            foreach (var way in Array.Exists(passed, real => IsIn(real, target)) ? [] : WithoutLinks(next, target, passed))
            {
                yield return way;
            }
        }

        IEnumerable<string> WithoutLinks(string way, string real, string[] passed)
        {
            if (!visited.Add(real))
            {
                yield break;
            }

            yield return way;
            foreach (var child in Directory.GetDirectories(way).Where(child => isWanted(child)).OrderBy(child => child, StringComparer.Ordinal))
            {
                if (FileLink.Is(child))
                {
                    waiting.Enqueue((child, [.. passed, real]));
                    continue;
                }

                foreach (var below in WithoutLinks(child, Path.Combine(real, Path.GetFileName(child)), passed))
                {
                    yield return below;
                }
            }
        }
    }

    private static bool IsIn(string folder, string other) =>
        folder == other || folder.StartsWith(other.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Step(string parent, string name)
    {
        var path = Path.Combine(parent, name);
        return FileLink.Target(path) is { } target ? Of(target) : path;
    }
}
