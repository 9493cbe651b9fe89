using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Sweeps;

namespace AbsBuildTasks.Tasks;

/// <summary>Sees to it that a model's sweep is beside its plan. Each point is the plan of the model with that budget, and known by that fingerprint alone.</summary>
/// <param name="task">Receives messages and warnings.</param>
/// <param name="planOf">Gives the plan of a model that has a point's budget, or why there is none; neither where it may not be searched for.</param>
internal sealed class ModelSweep(AbsTask task, Func<ModelItem, PlanMetric, (CompressionPlan? Plan, SweepMiss? Miss)> planOf)
{
    /// <summary>Writes the sweep where budgets came or went, and removes it where there are none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="file">The sweep's file, which need not exist.</param>
    /// <param name="isAfresh">Whether points that are known are found again.</param>
    public void Update(ModelItem model, CompressionPlan plan, string file, bool isAfresh)
    {
        if (model.Settings.Sweep.Count == 0)
        {
            File.Delete(file);
            return;
        }

        var before = Read(file, plan);
        var known = isAfresh ? null : before;
        var points = new List<SweepPoint> { SweepPoint.Of(plan) };
        var missed = new List<SweepMiss>();
        Budget[] budgets = [.. model.Settings.Sweep.Where(budget => budget != model.Settings.Budget)];
        for (var i = 0; i < budgets.Length; i++)
        {
            var budget = budgets[i].ToString();
            var (point, miss) = (known?.Points.FirstOrDefault(each => each.Budget == budget), known?.Missed.FirstOrDefault(each => each.Budget == budget));
            if (point is null && miss is null)
            {
                task.Print(FormattableString.Invariant($"abs: {model.Name}: sweep {i + 1}/{budgets.Length}: {budget}"));
                (var found, miss) = planOf(model.With(budgets[i]), plan.Metric);
                point = found is null ? null : SweepPoint.Of(found);
            }

            if (point is not null)
            {
                points.Add(point);
            }
            else if (miss is not null)
            {
                task.LogWarning(miss.Code, miss.Reason);
                missed.Add(miss);
            }
            else
            {
                task.Print($"abs: {model.Name}: the sweep goes without {budget}, which is in no cache");
            }
        }

        var sweep = SweepResult.Of(plan, []) with { Points = points, Missed = missed };
        if (before is null || SweepJson.Write(sweep) != SweepJson.Write(before))
        {
            SweepFile.Write(file, sweep);
            task.Print("");
            task.PrintLines(SweepTable.Write(sweep));
        }
    }

    // One that is damaged is made anew.
    private static SweepResult? Read(string file, CompressionPlan plan)
    {
        try
        {
            return File.Exists(file) ? SweepFile.Read(file, plan.Model, plan.Fingerprint) : null;
        }
        catch (AbsException)
        {
            return null;
        }
    }
}
