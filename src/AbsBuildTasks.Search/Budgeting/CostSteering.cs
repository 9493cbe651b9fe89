using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>Sets the prices of cost during a search, so that it arrives at a budget: one schedule for each limit.</summary>
/// <remarks>
/// Inside, all shares are of what is decided on. With what is left alone on top of both sides, a network of which
/// that is most would seem to stand still.
/// </remarks>
internal sealed class CostSteering
{
    private readonly PerCost<long> _rest;
    private readonly PerCost<long> _restInFull;
    private readonly PerCost<long> _full;
    private readonly double? _constant;
    private readonly PerCost<BudgetSchedule?> _limits;
    private readonly DropSchedule? _drop;

    /// <summary>Prepares a search.</summary>
    /// <param name="budget">Where to arrive.</param>
    /// <param name="range">What the network can cost.</param>
    /// <param name="epochs">Epochs of the search.</param>
    public CostSteering(Budget budget, ReachableRange range, int epochs)
    {
        (_rest, _restInFull) = (RestPlan.CostsOf(range.Rest), RestPlan.FullPrecisionOf(range.Rest));
        _full = PerCost<long>.Of(kind => range.FullPrecision[kind] - _restInFull[kind]);
        _constant = budget.Lambda;
        _limits = PerCost<BudgetSchedule?>.Of(kind => _full[kind] > 0 && budget.Limits[kind].ShareOf(range.FullPrecision[kind]) is { } share
            ? new BudgetSchedule(Relative(range.Most, kind), OfDecided(share, kind))
            : null);
        _drop = budget.Drop is null || _full[CostKind.Leading] == 0 ? null : new DropSchedule(Relative(range.Most, CostKind.Leading), Relative(range.Least, CostKind.Leading), epochs);
    }

    /// <summary>Tells how the network does at the start of an epoch, which a budget's drop is steered by.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="cost">What the gates choose.</param>
    /// <param name="isGood">Whether the network is within its drop.</param>
    public void BeginEpoch(int epoch, PerCost<long> cost, bool isGood) => _drop?.BeginEpoch(epoch, Relative(cost, CostKind.Leading), isGood);

    /// <summary>λ of the loss term λ·log R of each cost at a moment.</summary>
    /// <param name="cost">What the gates choose.</param>
    /// <param name="progress">The share of the search that is done, 0 to 1.</param>
    public PerCost<double> Prices(PerCost<long> cost, double progress) => PerCost<double>.Of(kind =>
    {
        if (_full[kind] == 0)
        {
            // What the network does not have has no price.
            return 0;
        }

        var relative = Relative(cost, kind);
        var limit = _limits[kind]?.Lambda(relative, progress) ?? 0;
        return kind == CostKind.Leading ? Math.Max(limit, _constant ?? _drop?.Lambda(relative, progress) ?? 0) : limit;
    });

    /// <summary>The leading cost of the network to be at, relative to full precision; null where nothing says.</summary>
    /// <param name="progress">The share of the search that is done, 0 to 1.</param>
    public double? Target(double progress)
    {
        var target = (_limits[CostKind.Leading]?.Target(progress), _drop?.Target(progress)) switch
        {
            ({ } limit, { } drop) => Math.Min(limit, drop),
            var (limit, drop) => limit ?? drop,
        };
        var (full, rest, restInFull) = (_full[CostKind.Leading], _rest[CostKind.Leading], _restInFull[CostKind.Leading]);
        return rest == 0 ? target : ((target * full) + rest) / (full + restInFull);
    }

    /// <summary>Writes what lasts from one step to the next, or sets it.</summary>
    public void Exchange(StateStream state) => _drop?.Exchange(state);

    private double OfDecided(double share, CostKind kind) => _rest[kind] == 0 ? share : ((share * (_full[kind] + _restInFull[kind])) - _rest[kind]) / _full[kind];

    private double Relative(PerCost<long> cost, CostKind kind) => CostShare.Of(cost[kind] - _rest[kind], _full[kind]);
}
