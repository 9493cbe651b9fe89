using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Sweeps;

namespace AbsBuildTasks.Tasks;

/// <summary>Measures how far plans of a model differ that only differ in their seeds. Each is the plan of the model with that seed, and known by that fingerprint alone.</summary>
/// <param name="task">Receives messages and warnings.</param>
/// <param name="planOf">Gives the plan of a model by another seed, or why there is none; neither where it may not be searched for.</param>
/// <param name="snapshots">The folder of the snapshots where the noise is wanted there, and of every model; else null.</param>
internal sealed class ModelNoise(AbsTask task, Func<ModelItem, PlanMetric, (CompressionPlan? Plan, SweepMiss? Miss)> planOf, string? snapshots)
{
    /// <summary>Writes the noise beside a plan, where seeds came or went.</summary>
    /// <param name="model">The model.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="file">The file beside the plan, which need not exist.</param>
    /// <param name="isAfresh">Whether runs that are known are made again.</param>
    public void Update(ModelItem model, CompressionPlan plan, string file, bool isAfresh)
    {
        if ((model.Seeds ?? (snapshots is null ? null : NoiseBand.UsualRuns)) is not { } count)
        {
            return;
        }

        var before = NoiseFile.TryFind(file, model.Name);
        var band = Measure(model, plan, count, isAfresh || before?.IsOf(plan) != true ? [] : before.Runs);
        if (band is null)
        {
            return;
        }

        var isNew = before?.IsOf(plan) != true || !before.Runs.Select(run => run.Seed).SequenceEqual(band.Runs.Select(run => run.Seed));
        if (isNew || isAfresh)
        {
            NoiseFile.Write(file, band);
        }

        if (snapshots is not null)
        {
            var kept = NoiseFile.PathIn(snapshots, model.Name);
            NoiseFile.Write(kept, band);
            task.Print($"abs: {model.Name}: the noise is written to {kept}; commit it with the snapshot");
        }

        if (isNew || isAfresh || snapshots is not null)
        {
            task.Print("");
            task.PrintLines(ReportText.Write(new([new([ReportCell.Name(model.Name), new(": " + NoiseTable.Title(band))], [NoiseTable.Of(band, plan)])], "part")));
        }
    }

    /// <summary>All runs; null where there are too few, one may not be searched for, or the plan itself is not a whole search's.</summary>
    private NoiseBand? Measure(ModelItem model, CompressionPlan plan, int count, IReadOnlyList<NoiseRun> known)
    {
        // The band would stand for the plan where that is compared, and is that of whole searches.
        if (plan.EndedEarly.Count > 0)
        {
            task.LogWarning(AbsCodes.NoiseUnknown, $"The search of '{model.Name}' was ended early ({EndedPhase.Words(plan.EndedEarly)}), so the noise is not measured; let the search run to its end.");
            return null;
        }

        var runs = new List<NoiseRun> { NoiseRun.Of(model.Settings.Seed, plan) };
        for (var i = 1; i < count; i++)
        {
            var seed = unchecked(model.Settings.Seed + i);
            if (known.FirstOrDefault(run => run.Seed == seed) is { } run)
            {
                runs.Add(run);
                continue;
            }

            task.Print(FormattableString.Invariant($"abs: {model.Name}: seed {seed} ({i + 1} of {count})"));
            var (found, miss) = planOf(model.With(seed), plan.Metric);
            if (miss is not null)
            {
                task.LogWarning(miss.Code, $"By Seed={FormattableString.Invariant($"{seed}")} no plan meets the budget; the noise of '{model.Name}' is measured without it.");
            }
            else if (found is null)
            {
                task.Print(FormattableString.Invariant($"abs: {model.Name}: the plan by seed {seed} is in no cache; the noise is not measured"));
                return null;
            }
            else if (found.EndedEarly.Count > 0)
            {
                task.LogWarning(AbsCodes.NoiseUnknown, FormattableString.Invariant($"The search by Seed={seed} was ended early ({EndedPhase.Words(found.EndedEarly)}); the noise of '{model.Name}' is measured without it, and the next build searches by it again. Let it run to its end."));
            }
            else
            {
                runs.Add(NoiseRun.Of(seed, found));
            }
        }

        if (runs.Count < NoiseBand.LeastRuns)
        {
            task.LogWarning(AbsCodes.NoiseUnknown, FormattableString.Invariant($"Of {count} seeds, {runs.Count} led to a plan of '{model.Name}'; noise is measured by {NoiseBand.LeastRuns} at least. Raise Seeds, or loosen the budget."));
            return null;
        }

        return new() { Model = model.Name, Fingerprint = plan.Fingerprint, Runs = runs };
    }
}
