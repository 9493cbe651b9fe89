using AbsBuildTasks.Caching;
using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.State;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tasks;

/// <summary>Makes plans, none of which another build makes at the same time, and gives them to the cache.</summary>
/// <param name="task">Receives messages and warnings.</param>
/// <param name="cache">Where another build may have put a plan meanwhile.</param>
/// <param name="setup">How searches run.</param>
/// <param name="stateDirectory">The project's folder in <c>obj</c>.</param>
/// <param name="isForced">Whether plans are made although they are known.</param>
internal sealed class PlanSearch(AbsTask task, BuildCache cache, SearchSetup setup, string stateDirectory, bool isForced)
{
    // Of a forced build: what its own searches have left, which its further ones may begin with.
    private readonly HashSet<string> _made = [];

    /// <summary>Makes a model's own plan.</summary>
    /// <param name="wanted">The plan.</param>
    /// <param name="changes">Why the last one does not do, a line each.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>Whether any build may take it: not where it was trained under given decisions and ended elsewhere than they did before.</returns>
    public bool Run(WantedPlan wanted, IReadOnlyList<string> changes, CancellationToken cancellation)
    {
        using var alone = Lock(wanted, cancellation);
        return TryTake(wanted) || RunAlone(wanted, changes, cancellation);
    }

    /// <summary>Takes the plan of a point, another budget or seed, from a cache, or makes it.</summary>
    /// <param name="wanted">The plan.</param>
    /// <param name="mayRun">Whether one that is in no cache is made.</param>
    /// <param name="cancellation">Ends the search.</param>
    public PointOutcome PointOf(WantedPlan wanted, bool mayRun, CancellationToken cancellation)
    {
        var hash = wanted.Fingerprint.Hash;
        if (!isForced && Take(hash, alone: null))
        {
            return new(Plan: PlanFile.Read(wanted.PlanFile).Plan);
        }

        if (!isForced && Take(SweepMiss.KeyOf(hash), alone: ResultFile.Sweep) && ReadMiss(wanted) is { } known)
        {
            return new(Miss: known);
        }

        if (!mayRun)
        {
            return new();
        }

        var outcome = RunPoint(wanted, cancellation);
        if (!outcome.IsNew)
        {
            Checkpoints(wanted).RemoveThat(hash);
        }

        return outcome;

        bool Take(string key, ResultFile? alone) => cache.TryTake(wanted.Model.Name, alone, key, wanted.Folder, _ => true, out _, cancellation);
    }

    /// <summary>Gives it to the caches that no plan meets a budget. Only then the search's state goes: a build that fails before finds the same again soon.</summary>
    /// <param name="wanted">The plan that there is not.</param>
    /// <param name="miss">Why.</param>
    /// <param name="metric">The metric of the model's own plan.</param>
    /// <param name="cancellation">Ends storing.</param>
    public void KeepMiss(WantedPlan wanted, SweepMiss miss, PlanMetric metric, CancellationToken cancellation)
    {
        var key = SweepMiss.KeyOf(wanted.Fingerprint.Hash);
        SweepFile.Write(wanted.SweepFile, new() { Model = wanted.Model.Name, Fingerprint = key, MetricName = metric.Name, LowerIsBetter = metric.LowerIsBetter, FullPrecision = metric.FullPrecision, Points = [], Missed = [miss] });
        cache.Store(wanted.Model.Name, alone: ResultFile.Sweep, key, wanted.Folder, cancellation);
        Checkpoints(wanted).RemoveThat(wanted.Fingerprint.Hash);
    }

    private PointOutcome RunPoint(WantedPlan wanted, CancellationToken cancellation)
    {
        using var alone = Lock(wanted, cancellation);
        var key = SweepMiss.KeyOf(wanted.Fingerprint.Hash);
        if (!isForced && cache.TryTakeLocal(wanted.Model.Name, alone: ResultFile.Sweep, key, wanted.Folder, _ => true) && ReadMiss(wanted) is { } known)
        {
            return new(Miss: known);
        }

        try
        {
            _ = TryTake(wanted) || RunAlone(wanted, [], cancellation);
            return new(Plan: PlanFile.Read(wanted.PlanFile).Plan);
        }
        catch (AbsException exception) when (SweepMiss.IsOne(exception.Code))
        {
            return new(Miss: SweepMiss.Of(wanted.Model.Settings.Budget, exception), IsNew: true);
        }
    }

    /// <summary>Why a budget cannot be met, as an earlier search of it wrote it into the plan's folder; null where it does not say.</summary>
    private static SweepMiss? ReadMiss(WantedPlan wanted) =>
        SweepFile.Read(wanted.SweepFile, wanted.Model.Name, SweepMiss.KeyOf(wanted.Fingerprint.Hash)).Missed is [var miss] ? miss : null;

    // Away, as the other build may wait for a search of this one.
    private IDisposable Lock(WantedPlan wanted, CancellationToken cancellation) => setup.Together.Away(() => cache.LockSearch(wanted.Model.Name, wanted.Fingerprint.Hash, cancellation));

    private CheckpointFolder Checkpoints(WantedPlan wanted) => new(stateDirectory, wanted.Model.Name, wanted.Held?.Id ?? "");

    /// <summary>Another build may have searched for it meanwhile.</summary>
    private bool TryTake(WantedPlan wanted) =>
        !isForced && cache.TryTakeLocal(wanted.Model.Name, alone: null, wanted.Fingerprint.Hash, wanted.Folder, wanted.IsMetBy);

    private bool RunAlone(WantedPlan wanted, IReadOnlyList<string> changes, CancellationToken cancellation)
    {
        var (name, hash) = (wanted.Model.Name, wanted.Fingerprint.Hash);
        if (wanted.Held is { } held)
        {
            task.Print($"abs: {name}: training under the decisions of {held.File}");
        }
        else if (SearchReason.Of(name, changes) is { } reason)
        {
            task.Print(reason);
            if (SearchReason.HowToKeep(changes) is { Length: > 0 } how)
            {
                task.Print($"abs: {name}:{how}");
            }
        }

        var checkpoints = Checkpoints(wanted);
        checkpoints.RemoveOthers([hash, .. wanted.Beside]);
        var keys = StageKeys.Of(wanted.Fingerprint, wanted.Model.Settings, wanted.Held is not null);
        using var stages = new StageFiles(cache, wanted.Label, setup.StagesOf(name), keys, setup.Device);
        var afresh = isForced ? SearchStage.All.FirstOrDefault(stage => !IsMade(stages, stage)) : null;
        stages.Begin(afresh, setup.Together.Away, cancellation);
        setup.Together.RequireNoFailure();
        try
        {
            new ModelSearch(setup, task).Run(wanted, checkpoints.Of(hash), stages, keys, afresh, cancellation);
            _made.UnionWith(SearchStage.All.Select(stages.PathOf).OfType<string>().Where(File.Exists));
            var isAnyones = wanted.Held is null || PlanFile.Read(wanted.PlanFile).Plan == wanted.Held.Plan;
            if (isAnyones)
            {
                cache.Store(name, alone: null, hash, wanted.Folder, cancellation);
            }

            return isAnyones;
        }
        finally
        {
            // Of use also where the search failed after them. Nobody who cancels wants to wait.
            if (!cancellation.IsCancellationRequested)
            {
                stages.End(cancellation);
            }
        }
    }

    private bool IsMade(StageFiles stages, SearchStage stage) => stages.PathOf(stage) is { } path && _made.Contains(path);
}
