using AbsBuildTasks.Plans.Settings;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Seeds torch's generator anew for each phase, so that a phase does not depend on how its predecessors used theirs.
/// </summary>
internal static class SearchSeed
{
    /// <summary>The phase that makes fresh weights.</summary>
    public const int Weights = 0;

    /// <summary>Full-precision training.</summary>
    public const int Train = 1;

    /// <summary>The search.</summary>
    public const int Search = 2;

    /// <summary>Fine-tuning.</summary>
    public const int FineTune = 3;

    /// <summary>Seeds a phase.</summary>
    public static void Set(SearchSettings settings, int phase) => _ = manual_seed(unchecked((settings.Seed * 104_729L) + phase));
}
