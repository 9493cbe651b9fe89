using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Sweeps;

namespace AbsBuildTasks.Tasks;

/// <summary>Sees to it that a model's sweep is beside its plan. Each point is the plan of the model with that budget, and known by that fingerprint alone.</summary>
internal sealed class ModelSweep
{
    private readonly AbsTask _task;
    private readonly ModelItem _model;
    private readonly string _file;
    private readonly SweepResult? _before;
    private readonly SweepResult? _known;
    private readonly IReadOnlyList<PlanPoint> _points;

    /// <summary>Reads what is known.</summary>
    /// <param name="task">Receives messages and warnings.</param>
    /// <param name="model">The model.</param>
    /// <param name="fingerprint">Its plan's fingerprint.</param>
    /// <param name="file">The sweep's file, which need not exist.</param>
    /// <param name="isAfresh">Whether points that are known are found again.</param>
    public ModelSweep(AbsTask task, ModelItem model, string fingerprint, string file, bool isAfresh)
    {
        (_task, _model, _file) = (task, model, file);
        _before = model.Settings.Sweep.Count == 0 ? null : Read(file, model.Name, fingerprint);
        _known = isAfresh ? null : _before;
        Budget[] budgets = [.. model.Settings.Sweep.Where(budget => budget != model.Settings.Budget)];
        _points = [.. budgets.Select((budget, index) => new PlanPoint(model.With(budget), budget.ToString(), FormattableString.Invariant($"sweep {index + 1}/{budgets.Length}: {budget}")))];
    }

    /// <summary>The points that are not known.</summary>
    public IEnumerable<PlanPoint> Missing => _points.Where(point => PointOf(point) is null && MissOf(point) is null);

    /// <summary>Writes the sweep where budgets came or went, and removes it where there are none.</summary>
    /// <param name="plan">The model's plan.</param>
    /// <param name="outcomeOf">Says what a point came to.</param>
    public void Update(CompressionPlan plan, Func<PlanPoint, PlanMetric, PointOutcome> outcomeOf)
    {
        if (_model.Settings.Sweep.Count == 0)
        {
            File.Delete(_file);
            return;
        }

        var points = new List<SweepPoint> { SweepPoint.Of(plan) };
        var missed = new List<SweepMiss>();
        foreach (var wanted in _points)
        {
            var (point, miss) = (PointOf(wanted), MissOf(wanted));
            if (point is null && miss is null)
            {
                var outcome = outcomeOf(wanted, plan.Metric);
                (point, miss) = (outcome.Plan is null ? null : SweepPoint.Of(outcome.Plan), outcome.Miss);
            }

            if (point is not null)
            {
                points.Add(point);
            }
            else if (miss is not null)
            {
                _task.LogWarning(miss.Code, miss.Reason);
                missed.Add(miss);
            }
            else
            {
                _task.Print($"abs: {_model.Name}: the sweep goes without {wanted.Name}, which is in no cache");
            }
        }

        // With a plan that is taken anew its folder is.
        var sweep = SweepResult.Of(plan, []) with { Points = points, Missed = missed };
        if (_before is null || !File.Exists(_file) || SweepJson.Write(sweep) != SweepJson.Write(_before))
        {
            SweepFile.Write(_file, sweep);
            _task.Print("");
            _task.PrintLines(SweepTable.Write(sweep));
        }
    }

    private SweepPoint? PointOf(PlanPoint point) => _known?.Points.FirstOrDefault(each => each.Budget == point.Name);

    private SweepMiss? MissOf(PlanPoint point) => _known?.Missed.FirstOrDefault(each => each.Budget == point.Name);

    // One that is damaged is made anew.
    private static SweepResult? Read(string file, string model, string fingerprint)
    {
        try
        {
            return File.Exists(file) ? SweepFile.Read(file, model, fingerprint) : null;
        }
        catch (AbsException)
        {
            return null;
        }
    }
}
