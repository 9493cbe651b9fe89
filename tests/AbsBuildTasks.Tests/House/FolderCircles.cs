namespace AbsBuildTasks.Tests.House;

/// <summary>Finds folders that depend on each other in a circle: none of them can be understood without all the others.</summary>
internal static class FolderCircles
{
    /// <summary>
    /// Finds the shortest circle through each folder that is on one. Each circle is given once, as the uses that make it: one for
    /// each step, the step with the fewest uses first, because that one is the cheapest to break.
    /// </summary>
    /// <param name="uses">Which type names which.</param>
    public static IReadOnlyList<IReadOnlyList<TypeUse>> Find(IReadOnlyList<TypeUse> uses)
    {
        var steps = uses.ToLookup(use => (use.Folder, use.OtherFolder));
        var next = uses.ToLookup(use => use.Folder, use => use.OtherFolder, StringComparer.Ordinal);
        return [.. next.Select(folder => folder.Key).Order(StringComparer.Ordinal)
            .Select(start => Shortest(start, next))
            .OfType<List<string>>()
            .DistinctBy(circle => string.Join('|', circle.Order(StringComparer.Ordinal)))
            .Select(circle => (IReadOnlyList<TypeUse>)[.. circle
                .Select((folder, i) => steps[(folder, circle[(i + 1) % circle.Count])])
                .OrderBy(step => step.Count())
                .Select(step => step.First())])];
    }

    // Breadth first, so that the circle found is a shortest one.
    private static List<string>? Shortest(string start, ILookup<string, string> next)
    {
        var from = new Dictionary<string, string>(StringComparer.Ordinal);
        var waiting = new Queue<string>([start]);
        while (waiting.TryDequeue(out var folder))
        {
            foreach (var other in next[folder])
            {
                if (other == start)
                {
                    return WayTo(folder, start, from);
                }

                if (from.TryAdd(other, folder))
                {
                    waiting.Enqueue(other);
                }
            }
        }

        return null;
    }

    private static List<string> WayTo(string last, string start, Dictionary<string, string> from)
    {
        var way = new List<string>();
        for (var folder = last; folder != start; folder = from[folder])
        {
            way.Insert(0, folder);
        }

        way.Insert(0, start);
        return way;
    }
}
