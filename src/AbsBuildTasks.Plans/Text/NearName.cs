namespace AbsBuildTasks.Plans.Text;

/// <summary>Finds the names that a misspelt one may have been meant to be.</summary>
internal static class NearName
{
    private const int MostNearest = 5;

    /// <summary>The nearest of the names, or null where none is near.</summary>
    /// <param name="name">As it was written; a type's name without its namespace is near to the full one.</param>
    /// <param name="names">Full names of types.</param>
    public static string? Of(string name, IEnumerable<string> names) => ByDistance(name, names)
        .Where(pair => pair.Distance <= Math.Max(2, Simple(name).Length / 3))
        .Select(pair => pair.Name)
        .FirstOrDefault();

    /// <summary>The five nearest of the names, however far they are, the nearest first.</summary>
    /// <param name="name">As it was written.</param>
    /// <param name="names">The names there are.</param>
    public static IReadOnlyList<string> Nearest(string name, IEnumerable<string> names) =>
        [.. ByDistance(name, names).Select(pair => pair.Name).Take(MostNearest)];

    private static IEnumerable<(string Name, int Distance)> ByDistance(string name, IEnumerable<string> names) => names
        .Select(candidate => (Name: candidate, Distance: Math.Min(Distance(name, candidate), Distance(Simple(name), Simple(candidate)))))
        .OrderBy(pair => pair.Distance)
        .ThenBy(pair => pair.Name, StringComparer.Ordinal);

    private static string Simple(string name) => name.Substring(name.LastIndexOf('.') + 1);

    /// <summary>Levenshtein's distance, upper and lower case being the same.</summary>
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i + 1;
            for (var j = 0; j < right.Length; j++)
            {
                var replaced = char.ToUpperInvariant(left[i]) == char.ToUpperInvariant(right[j]) ? 0 : 1;
                current[j + 1] = Math.Min(Math.Min(current[j], previous[j + 1]) + 1, previous[j] + replaced);
            }

            previous = current;
        }

        return previous[right.Length];
    }
}
