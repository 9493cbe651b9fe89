using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>Keeps the best of the plans that lose more than their budget allows, to tell how far the search got.</summary>
/// <param name="budget">The budget.</param>
internal sealed class MissedBudget(Budget budget)
{
    private PlanMetric? _best;
    private double _cost;

    /// <summary>How many plans have been added.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a plan.</summary>
    /// <param name="metric">What it loses.</param>
    /// <param name="cost">Its leading cost, relative to full precision.</param>
    public void Add(PlanMetric metric, double cost)
    {
        Count++;
        if (_best is null || metric.Lost < _best.Lost)
        {
            (_best, _cost) = (metric, cost);
        }
    }

    /// <summary>The error, once a plan has been added.</summary>
    public AbsException Error()
    {
        var rest = budget with { Drop = null };
        var remedy = rest == new Budget() ? "" : $", raise {rest}";
        return new AbsException(AbsCodes.BudgetMissed, string.Format(
            CultureInfo.InvariantCulture,
            "Budget=\"{0}\" cannot be met: the best plan found loses {1} points of {2}{5} at {6}={3:0.####%}. Allow a larger drop{4}, allow higher Bits, or give TrainEpochs, SearchEpochs and FineTuneEpochs more time.",
            budget,
            Quantity.Number(_best!.Lost, 4),
            _best.Name,
            _cost,
            remedy,
            _best.Noise is { } noise ? " " + MetricWords.Noise(noise, _best.Examples) : "",
            CostKind.Leading.Key));
    }

    /// <summary>Writes what was added, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        Count = state.Integer(Count, 0, int.MaxValue);
        if (Count == 0)
        {
            _best = null;
        }
        else
        {
            var best = _best ?? new PlanMetric { Name = "", FullPrecision = 0, Compressed = 0 };
            _best = new PlanMetric
            {
                Name = state.Text(best.Name),
                FullPrecision = state.Number(best.FullPrecision),
                Compressed = state.Number(best.Compressed),
                LowerIsBetter = state.Flag(best.LowerIsBetter),
                Examples = state.Integer(best.Examples ?? 0, 0, int.MaxValue),
                Noise = state.Flag(best.Noise is not null) ? state.Number(best.Noise ?? 0) : null,
            };
            _cost = state.Number(_cost);
        }
    }
}
