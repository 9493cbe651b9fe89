using AbsBuildTasks.Plans.Documents;

namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>Says why two fingerprints differ.</summary>
internal static class FingerprintChanges
{
    /// <summary>One line per entry that was changed, added or removed, in ordinal order of the names.</summary>
    /// <param name="before">The older fingerprint's entries.</param>
    /// <param name="after">The newer one's.</param>
    public static IReadOnlyList<string> Between(IReadOnlyList<KeyValuePair<string, string>> before, IReadOnlyList<KeyValuePair<string, string>> after)
    {
        var old = before.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        var now = after.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        return
        [
            .. old.Keys.Union(now.Keys, StringComparer.Ordinal).OrderBy(name => name, StringComparer.Ordinal).SelectMany(name => Change(
                name,
                old.TryGetValue(name, out var oldValue) ? oldValue : null,
                now.TryGetValue(name, out var newValue) ? newValue : null)),
        ];
    }

    private static IEnumerable<string> Change(string name, string? before, string? after)
    {
        if (before is null)
        {
            yield return name + " is new";
        }
        else if (after is null)
        {
            yield return name + " is gone";
        }
        else if (before != after)
        {
            // A hash says nothing to a reader; a value does.
            yield return Fingerprint.IsHash(before) ? name + " changed" : $"{name} changed from {Shown(before)} to {Shown(after)}";
        }
    }

    private static string Shown(string value) => value.Length == 0 ? "nothing" : value;
}
