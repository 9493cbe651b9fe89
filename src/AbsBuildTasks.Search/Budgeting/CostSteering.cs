using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>Sets the prices of cost during a search, so that it arrives at a budget: one schedule for each limit.</summary>
internal sealed class CostSteering
{
    private readonly NetworkCost _full;
    private readonly double? _constant;
    private readonly BudgetSchedule? _bops;
    private readonly BudgetSchedule? _size;
    private readonly DropSchedule? _drop;

    /// <summary>Prepares a search.</summary>
    /// <param name="budget">Where to arrive.</param>
    /// <param name="range">What the network can cost.</param>
    /// <param name="epochs">Epochs of the search.</param>
    public CostSteering(Budget budget, ReachableRange range, int epochs)
    {
        _full = range.FullPrecision;
        _constant = budget.Lambda;
        var (least, most) = (Bops(range.Least), Bops(range.Most));
        _bops = budget.RelativeBops is { } bops ? new BudgetSchedule(most, bops) : null;
        _size = budget.LimitsSize ? new BudgetSchedule(Size(range.Most), budget.RelativeSize ?? ((double)budget.SizeBytes!.Value / _full.SizeBytes)) : null;
        _drop = budget.Drop is null ? null : new DropSchedule(most, least, epochs);
    }

    /// <summary>Tells how the network does at the start of an epoch, which a budget's drop is steered by.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="cost">What the gates choose.</param>
    /// <param name="isGood">Whether the network is within its drop.</param>
    public void BeginEpoch(int epoch, NetworkCost cost, bool isGood) => _drop?.BeginEpoch(epoch, Bops(cost), isGood);

    /// <summary>The prices at a moment.</summary>
    /// <param name="cost">What the gates choose.</param>
    /// <param name="progress">The share of the search that is done, 0 to 1.</param>
    public CostPrices Prices(NetworkCost cost, double progress) => new(
        _constant ?? Math.Max(_bops?.Lambda(Bops(cost), progress) ?? 0, _drop?.Lambda(Bops(cost), progress) ?? 0),
        _size?.Lambda(Size(cost), progress) ?? 0);

    /// <summary>The bit-operations to be at, relative to full precision; null where nothing says.</summary>
    /// <param name="progress">The share of the search that is done, 0 to 1.</param>
    public double? Target(double progress) => (_bops?.Target(progress), _drop?.Target(progress)) switch
    {
        ({ } limit, { } drop) => Math.Min(limit, drop),
        var (limit, drop) => limit ?? drop,
    };

    /// <summary>Writes what lasts from one step to the next, or sets it.</summary>
    public void Exchange(StateStream state) => _drop?.Exchange(state);

    private double Bops(NetworkCost cost) => (double)cost.Bops / _full.Bops;

    private double Size(NetworkCost cost) => (double)cost.SizeBytes / _full.SizeBytes;
}
