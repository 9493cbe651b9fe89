namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>Says why two fingerprints differ.</summary>
internal static class FingerprintChanges
{
    /// <summary>One line per entry that was changed, added or removed, in ordinal order of the names.</summary>
    /// <param name="before">The older fingerprint's entries.</param>
    /// <param name="after">The newer one's.</param>
    public static IReadOnlyList<string> Between(IReadOnlyList<KeyValuePair<string, string>> before, IReadOnlyList<KeyValuePair<string, string>> after) =>
        [.. Of(before, after).Select(change => change.ToString())];

    /// <summary>The same as values.</summary>
    public static IReadOnlyList<FingerprintChange> Of(IReadOnlyList<KeyValuePair<string, string>> before, IReadOnlyList<KeyValuePair<string, string>> after)
    {
        var old = before.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        var now = after.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        return
        [
            .. old.Keys.Union(now.Keys, StringComparer.Ordinal).OrderBy(name => name, StringComparer.Ordinal)
                .Select(name => new FingerprintChange(name, old.TryGetValue(name, out var oldValue) ? oldValue : null, now.TryGetValue(name, out var newValue) ? newValue : null))
                .Where(change => change.Before != change.After),
        ];
    }
}
