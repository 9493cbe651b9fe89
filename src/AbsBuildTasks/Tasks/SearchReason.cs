using AbsBuildTasks.Plans.Reports;

namespace AbsBuildTasks.Tasks;

/// <summary>Why a model that has a plan is searched again, in one line of the build's output.</summary>
internal static class SearchReason
{
    private const int MostChanges = 4;

    /// <summary>Writes for example <c>abs: digits: searching again, because data:x.csv changed and setting:Seed changed from 1 to 2</c>.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="changes">What changed, a line each.</param>
    /// <returns>Null where nothing has changed.</returns>
    public static string? Of(string model, IReadOnlyList<string> changes)
    {
        string[] told = changes.Count > MostChanges
            ? [.. changes.Take(MostChanges).Select(Printable.Escape), FormattableString.Invariant($"{changes.Count - MostChanges} more")]
            : [.. changes.Select(Printable.Escape)];
        return told.Length switch
        {
            0 => null,
            1 => Line(told[0]),
            _ => Line($"{string.Join(", ", told.Take(told.Length - 1))} and {told[told.Length - 1]}"),
        };

        string Line(string because) => $"abs: {model}: searching again, because {because}";
    }
}
