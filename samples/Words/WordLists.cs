namespace Words;

/// <summary>The word lists of Debian's packages, as numbers.</summary>
internal static class WordLists
{
    /// <summary>Letters of the longest word.</summary>
    public const int Length = 16;

    /// <summary>The letters that words may have. The first has number 1; 0 stands behind a word.</summary>
    public const string Letters = "abcdefghijklmnopqrstuvwxyzßàáâäæçèéêëìíîïñòóôöùúûüœ";

    private const int WordsOfEach = 8000;

    /// <summary>The files, one for each language.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["american-english", "french", "italian", "ngerman", "spanish"];

    /// <summary>Words that are in one list alone, evenly from each.</summary>
    /// <param name="files">The paths of the files, in the order of <see cref="Languages"/>.</param>
    public static IReadOnlyList<(string Word, int Language)> Read(IReadOnlyList<string> files)
    {
        string[][] lists = [.. files.Select(file => File.ReadLines(file).Select(line => line.ToLowerInvariant()).Where(IsWord).Distinct(StringComparer.Ordinal).ToArray())];
        var shared = lists.SelectMany(list => list).GroupBy(word => word, StringComparer.Ordinal).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. lists.Index().SelectMany(list =>
            {
                string[] own = [.. list.Item.Where(word => !shared.Contains(word))];
                return Enumerable.Range(0, WordsOfEach).Select(i => (own[(int)((long)i * own.Length / WordsOfEach)], list.Index));
            }),
        ];
    }

    /// <summary>The numbers of a word's letters.</summary>
    public static IEnumerable<long> Numbers(string word) => word.PadRight(Length).Select(letter => (long)Letters.IndexOf(letter, StringComparison.Ordinal) + 1);

    private static bool IsWord(string line) => line.Length is > 2 and <= Length && line.All(Letters.Contains);
}
