using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;

namespace AbsBuildTasks.Tasks;

/// <summary>Measures how far plans of a model differ that only differ in their seeds. Each is the plan of the model with that seed, and known by that fingerprint alone.</summary>
internal sealed class ModelNoise
{
    private readonly AbsTask _task;
    private readonly ModelItem _model;
    private readonly string _file;
    private readonly string? _snapshots;
    private readonly bool _isAfresh;
    private readonly NoiseBand? _before;
    private readonly IReadOnlyList<NoiseRun> _known;
    private readonly IReadOnlyList<PlanPoint> _points;

    /// <summary>Reads what is known.</summary>
    /// <param name="task">Receives messages and warnings.</param>
    /// <param name="model">The model.</param>
    /// <param name="fingerprint">Its plan's fingerprint.</param>
    /// <param name="file">The file beside the plan, which need not exist.</param>
    /// <param name="snapshots">The folder of the snapshots where the noise is wanted there, and of every model; else null.</param>
    /// <param name="isAfresh">Whether runs that are known are made again.</param>
    public ModelNoise(AbsTask task, ModelItem model, string fingerprint, string file, string? snapshots, bool isAfresh)
    {
        (_task, _model, _file, _snapshots, _isAfresh) = (task, model, file, snapshots, isAfresh);
        var count = model.Seeds ?? (snapshots is null ? 1 : NoiseBand.UsualRuns);
        _points = [.. Enumerable.Range(1, count - 1).Select(i => PointOf(unchecked(model.Settings.Seed + i), FormattableString.Invariant($"{i + 1} of {count}")))];
        _before = _points.Count > 0 ? Find(file, model.Name, fingerprint) : null;
        _known = isAfresh ? [] : _before?.Runs ?? [];
    }

    /// <summary>The plans by seeds that are not known.</summary>
    public IEnumerable<PlanPoint> Missing => _points.Where(point => RunOf(point) is null);

    /// <summary>Writes the noise beside a plan, where seeds came or went.</summary>
    /// <param name="plan">The model's plan.</param>
    /// <param name="outcomeOf">Says what a point came to.</param>
    public void Update(CompressionPlan plan, Func<PlanPoint, PlanMetric, PointOutcome> outcomeOf)
    {
        if (_points.Count == 0 || Measure(plan, outcomeOf) is not { } band)
        {
            return;
        }

        // With a plan that is taken anew its folder is.
        var isNew = _before is null || !File.Exists(_file) || !_before.Runs.Select(run => run.Seed).SequenceEqual(band.Runs.Select(run => run.Seed));
        if (isNew || _isAfresh)
        {
            NoiseFile.Write(_file, band);
        }

        if (_snapshots is not null)
        {
            var kept = NoiseFile.PathIn(_snapshots, _model.Name);
            NoiseFile.Write(kept, band);
            _task.Print($"abs: {_model.Name}: the noise is written to {kept}; commit it with the snapshot");
        }

        if (isNew || _isAfresh || _snapshots is not null)
        {
            _task.Print("");
            _task.PrintLines(ReportText.Write(new([new([ReportCell.Name(_model.Name), new(": " + NoiseTable.Title(band))], [NoiseTable.Of(band, plan)])], "part")));
        }
    }

    private static NoiseBand? Find(string file, string model, string fingerprint) => NoiseFile.TryFind(file, model) is { } band && band.Fingerprint == fingerprint ? band : null;

    private PlanPoint PointOf(int seed, string number) => new(_model.With(seed), FormattableString.Invariant($"seed {seed}"), FormattableString.Invariant($"seed {seed} ({number})"));

    private NoiseRun? RunOf(PlanPoint point) => _known.FirstOrDefault(run => run.Seed == point.Model.Settings.Seed);

    /// <summary>All runs; null where there are too few, one may not be searched for, or the plan itself is not a whole search's.</summary>
    private NoiseBand? Measure(CompressionPlan plan, Func<PlanPoint, PlanMetric, PointOutcome> outcomeOf)
    {
        // The band would stand for the plan where that is compared, and is that of whole searches.
        if (plan.EndedEarly.Count > 0)
        {
            _task.LogWarning(AbsCodes.NoiseUnknown, $"The search of '{_model.Name}' was ended early ({EndedPhase.Words(plan.EndedEarly)}), so the noise is not measured; let the search run to its end.");
            return null;
        }

        var runs = new List<NoiseRun> { NoiseRun.Of(_model.Settings.Seed, plan) };
        foreach (var point in _points)
        {
            var seed = point.Model.Settings.Seed;
            if (RunOf(point) is { } run)
            {
                runs.Add(run);
                continue;
            }

            var outcome = outcomeOf(point, plan.Metric);
            if (outcome.Miss is { } miss)
            {
                _task.LogWarning(miss.Code, $"By Seed={FormattableString.Invariant($"{seed}")} no plan meets the budget; the noise of '{_model.Name}' is measured without it.");
            }
            else if (outcome.Plan is not { } found)
            {
                _task.Print(FormattableString.Invariant($"abs: {_model.Name}: the plan by seed {seed} is in no cache; the noise is not measured"));
                return null;
            }
            else if (found.EndedEarly.Count > 0)
            {
                _task.LogWarning(AbsCodes.NoiseUnknown, FormattableString.Invariant($"The search by Seed={seed} was ended early ({EndedPhase.Words(found.EndedEarly)}); the noise of '{_model.Name}' is measured without it, and the next build searches by it again. Let it run to its end."));
            }
            else
            {
                runs.Add(NoiseRun.Of(seed, found));
            }
        }

        if (runs.Count < NoiseBand.LeastRuns)
        {
            _task.LogWarning(AbsCodes.NoiseUnknown, FormattableString.Invariant($"Of {_points.Count + 1} seeds, {runs.Count} led to a plan of '{_model.Name}'; noise is measured by {NoiseBand.LeastRuns} at least. Raise Seeds, or loosen the budget."));
            return null;
        }

        return new() { Model = _model.Name, Fingerprint = plan.Fingerprint, Runs = runs };
    }
}
