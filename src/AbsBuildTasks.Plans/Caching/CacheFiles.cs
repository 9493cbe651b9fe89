using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Snapshots;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>The files a search leaves that a cache may hold: a model's name and one of a few endings.</summary>
public static class CacheFiles
{
    /// <summary>The ending of the plan, which every entry holds.</summary>
    public const string Plan = ".plan.json";

    /// <summary>The ending of the record of how the search ran.</summary>
    public const string Run = ".run.json";

    /// <summary>The ending of the compressed weights.</summary>
    public const string Weights = ".weights.zip";

    /// <summary>The ending of what the further budgets of a sweep came to, where there is one.</summary>
    public const string Sweep = ".sweep.json";

    /// <summary>Every ending, the plan's last: whoever finds a plan finds the other files.</summary>
    public static IReadOnlyList<string> Suffixes { get; } = [Weights, Run, Sweep, Plan];

    /// <summary>The names of a model's files, the plan's last.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="hasSweep">Whether its settings name further budgets.</param>
    public static IReadOnlyList<string> NamesOf(string model, bool hasSweep = false) =>
        [.. Suffixes.Where(suffix => hasSweep || suffix != Sweep).Select(suffix => model + suffix)];

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
