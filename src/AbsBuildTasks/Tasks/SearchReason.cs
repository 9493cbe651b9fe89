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
        changes.Count == 0 ? null : $"abs: {model}: searching again, because {ChangeSentence.Of(changes)}";

    /// <summary>The same within a sentence of an error; empty where nothing has changed, or it is not known.</summary>
    public static string Since(IReadOnlyList<string> changes) => changes.Count == 0 ? "" : $" (since the last plan {ChangeSentence.Of(changes)})";

    /// <summary>How to go on without a search, a sentence with a space before; empty where that cannot be.</summary>
    public static string HowToKeep(IReadOnlyList<string> changes) =>
        changes.Count == 0 || KeptPlan.Against(changes).Count > 0 ? "" : " If that means the same as before, the accepted plan can be kept without a search: dotnet build -t:AbsKeepPlans.";
}
