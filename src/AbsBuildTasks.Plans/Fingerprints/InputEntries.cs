using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>A fingerprint's entries as they are kept with a snapshot: where a model has many data files, a folder's are one.</summary>
internal static class InputEntries
{
    private const string Data = "data:";
    private const string Below = "**";

    // As many as a person reads.
    private const int MostFiles = 32;

    /// <summary>Entries of a moderate number.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Short(IReadOnlyList<KeyValuePair<string, string>> entries) =>
        entries.Count(IsData) > MostFiles ? Folded(entries) : entries;

    /// <summary>What changed, a line each.</summary>
    /// <param name="before">Earlier entries, short or not.</param>
    /// <param name="after">Later ones, short or not.</param>
    public static IReadOnlyList<string> Changes(IReadOnlyList<KeyValuePair<string, string>> before, IReadOnlyList<KeyValuePair<string, string>> after)
    {
        var (old, now) = (Short(before), Short(after));
        return old.Concat(now).Any(IsFolded) ? FingerprintChanges.Between(Folded(old), Folded(now)) : FingerprintChanges.Between(old, now);
    }

    private static bool IsData(KeyValuePair<string, string> entry) => entry.Key.StartsWith(Data, StringComparison.Ordinal);

    private static bool IsFolded(KeyValuePair<string, string> entry) => IsData(entry) && entry.Key.EndsWith(Below, StringComparison.Ordinal);

    /// <summary>A line for each folder beside the project, whose value stands for all files in it.</summary>
    private static IReadOnlyList<KeyValuePair<string, string>> Folded(IReadOnlyList<KeyValuePair<string, string>> entries) =>
    [
        .. entries.Where(entry => !IsData(entry) || IsFolded(entry))
            .Concat(entries.Where(entry => IsData(entry) && !IsFolded(entry)).GroupBy(entry => FolderOf(entry.Key)).Select(group => new KeyValuePair<string, string>(
                group.Key,
                ContentHash.Of(string.Concat(group.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}\n{entry.Value}\n"))))))
            .GroupBy(entry => entry.Key)
            .Select(group => group.First())
            .OrderBy(entry => entry.Key, StringComparer.Ordinal),
    ];

    // The first part that is no step upwards: data/train/1.png is in data.
    private static string FolderOf(string name)
    {
        var parts = name.Substring(Data.Length).Split('/');
        var ups = parts.TakeWhile(part => part is "..").Count();
        return Data + string.Join("/", parts.Take(Math.Min(ups + 1, parts.Length - 1)).Append(Below));
    }
}
