using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>
/// The decisions to train a network under, in turn, until what it loses is within the budget: the landing, then ever
/// dearer ones, up to the dearest that the limits allow.
/// </summary>
/// <param name="network">The network under compression.</param>
/// <param name="budget">Where to land.</param>
/// <param name="loss">Measures decisions: a loss over a fixed set of examples.</param>
/// <param name="isGood">Whether the network keeps within the budget's drop under decisions, on those examples.</param>
/// <param name="effort">How far to measure for a candidate; null for as far as it goes.</param>
internal sealed class PlanCandidates(
    CompressedNetwork network,
    Budget budget,
    Func<IReadOnlyList<LayerDecision>, double> loss,
    Predicate<IReadOnlyList<LayerDecision>> isGood,
    LandingEffort? effort = null)
{
    // What fine-tuning brings back is not known before: even steps on the way to the dearest plan, each at the price of a fine-tuning.
    private const int DearerSteps = 3;

    /// <summary>The candidates; each is found by measuring the network as it is at that moment.</summary>
    /// <param name="chosen">What the gates chose.</param>
    public IEnumerable<IReadOnlyList<LayerDecision>> From(IReadOnlyList<LayerDecision> chosen)
    {
        if (budget.Lambda is not null)
        {
            return [chosen];
        }

        var landing = new BudgetLanding(network, budget, loss, effort);
        return budget.Drop is null ? [landing.Land(chosen)] : UpFrom(landing.Land(chosen, isGood), landing);
    }

    private IEnumerable<IReadOnlyList<LayerDecision>> UpFrom(IReadOnlyList<LayerDecision> landed, BudgetLanding landing)
    {
        yield return landed;
        var largest = ReachableRange.Largest(network);
        var dearest = landing.Land(largest);
        var (full, least, most) = (NetworkCost.FullPrecision(network)[CostKind.Leading], Cost(landed), Cost(dearest));
        for (var step = 1; step < DearerSteps; step++)
        {
            var share = least * Math.Pow(most / least, (double)step / DearerSteps) / full;
            var between = new BudgetLanding(network, budget with { Limits = budget.Limits.With(CostKind.Leading, new(share)) }, loss, effort).Land(largest);
            if (Cost(between) > Cost(landed))
            {
                landed = between;
                yield return between;
            }
        }

        if (most > Cost(landed))
        {
            yield return dearest;
        }
    }

    private double Cost(IReadOnlyList<LayerDecision> decisions) => NetworkCost.Of(network, decisions)[CostKind.Leading];
}
