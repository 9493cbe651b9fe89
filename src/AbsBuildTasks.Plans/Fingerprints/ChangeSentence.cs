using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Fingerprints;

/// <summary>What of a fingerprint changed, within a sentence.</summary>
internal static class ChangeSentence
{
    private const int MostChanges = 4;

    /// <summary>Writes for example <c>data:x.csv changed and setting:Seed changed from 1 to 2</c>.</summary>
    /// <param name="changes">What changed, a line each; at least one.</param>
    public static string Of(IReadOnlyList<string> changes)
    {
        string[] told = changes.Count > MostChanges
            ? [.. changes.Take(MostChanges).Select(Printable.Escape), FormattableString.Invariant($"{changes.Count - MostChanges} more")]
            : [.. changes.Select(Printable.Escape)];
        return told.Length == 1 ? told[0] : $"{string.Join(", ", told.Take(told.Length - 1))} and {told[told.Length - 1]}";
    }
}
