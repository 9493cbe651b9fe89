using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>The files a search leaves that a cache may hold: a model's name and one of a few endings.</summary>
internal static class CacheFiles
{
    /// <summary>The ending of the plan, which every search has.</summary>
    public const string Plan = ".plan.json";

    /// <summary>The ending of the record of how the search ran.</summary>
    public const string Run = ".run.json";

    /// <summary>The ending of the compressed weights.</summary>
    public const string Weights = ".weights.zip";

    /// <summary>The ending of what the budgets of a sweep came to; an entry that says why a point has no plan holds this alone.</summary>
    public const string Sweep = ".sweep.json";

    /// <summary>Every ending, the plan's last: whoever finds a plan finds the other files.</summary>
    public static IReadOnlyList<string> Suffixes { get; } = [Weights, Run, Sweep, Plan];

    /// <summary>The names of the files of a model's search, the plan's last.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="isSweep">Whether the one file of a sweep is meant instead.</param>
    public static IReadOnlyList<string> NamesOf(string model, bool isSweep = false) =>
        [.. Suffixes.Where(suffix => suffix == Sweep == isSweep).Select(suffix => model + suffix)];

    /// <summary>Whether a name is a plain file name that a cache may hold.</summary>
    public static bool IsAllowed(string name)
    {
        if (Suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is not { } ending)
        {
            return false;
        }

        try
        {
            ModelName.Validate(name.Substring(0, name.Length - ending.Length));
            return true;
        }
        catch (AbsException)
        {
            return false;
        }
    }
}
