using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Structure;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Says what the search leaves alone, and how much of the network that is.</summary>
internal static class LeftAloneWarning
{
    /// <summary>One line; null where nothing is left alone that a user is to be told of.</summary>
    /// <param name="probe">The network's layers and its rest.</param>
    public static string? Of(NetworkProbe probe)
    {
        var named = probe.Named;
        if (named.Count == 0)
        {
            return null;
        }

        var shares = CostKind.Counted.Select(kind => string.Format(
            CultureInfo.InvariantCulture,
            "{0:0.##%} of its {1}",
            CostShare.Of(named.Sum(part => part.FullPrecision[kind]), probe.Layers.Sum(layer => layer.Shape.FullPrecision(kind)) + probe.Rest.Sum(part => part.FullPrecision[kind])),
            kind.Words));
        var unseen = probe.Unseen.Count == 0 ? "" : $" What {string.Join(" and ", probe.Unseen)} multiplies is not counted, as the network does not run it through call().";
        return $"The search leaves {string.Join(", ", probe.LeftAlone)} at 32 bits. In full precision the network has {string.Join(" and ", shares)} there, and budget and plan count them.{unseen}";
    }
}
