using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Tasks;

/// <summary>Why a model that has a plan is searched again, in one line of the build's output.</summary>
internal static class SearchReason
{
    /// <summary>Writes for example <c>abs: digits: searching again, because data:x.csv changed and setting:Seed changed from 1 to 2</c>.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="changes">What changed, a line each.</param>
    /// <returns>Null where nothing has changed.</returns>
    public static string? Of(string model, IReadOnlyList<string> changes) =>
        changes.Count == 0 ? null : $"abs: {model}: searching again, because {ChangeList.Of(changes)}";
}
