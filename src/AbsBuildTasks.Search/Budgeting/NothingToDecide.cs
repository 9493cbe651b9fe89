using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>Says why a search has nothing to decide.</summary>
internal static class NothingToDecide
{
    private const string Start = "The search has nothing to decide: ";

    /// <summary>One line.</summary>
    /// <param name="target">What will run the network.</param>
    /// <param name="anywhere">Makes the network as it would be searched for no target in particular, to see whether the target is the cause.</param>
    public static string Of(Target target, Func<CompressedNetwork> anywhere)
    {
        if (target != TargetTable.Any)
        {
            using var free = anywhere();
            var range = ReachableRange.Of(free);
            if (range.Least != range.Most)
            {
                return $"{Start}{target.Words}, leaves each layer one pair of bits and all its filters. The plan is what the target runs. If it should be smaller, use layers with more filters, or choose another DeployTarget.";
            }
        }

        return $"{Start}every layer's bitwidths are given, and no filter can be pruned. Let the first and last layer take part with KeepFirstAndLast=\"false\", pin fewer Layers, or give several Bits.";
    }
}
