using AbsBuildTasks.Caching;
using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.State;
using AbsBuildTasks.Workers;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tasks;

/// <summary>Sees to it that a model has the plan of its fingerprint in <c>obj</c>, and what comes with it: from there, a cache, or a search.</summary>
/// <param name="task">Receives messages and warnings.</param>
internal sealed class ModelPlans(AbsTask task)
{
    /// <summary>One of <see cref="SearchMode"/>.</summary>
    public required string Mode { get; init; }

    /// <summary>The folder in <c>obj</c>.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>The folder of the snapshots.</summary>
    public required string SnapshotDirectory { get; init; }

    /// <summary>Whether the noise of all models is measured, not only of those that ask for it.</summary>
    public required bool Calibrates { get; init; }

    /// <summary>Where plans may lie.</summary>
    public required BuildCache Cache { get; init; }

    /// <summary>Makes plans.</summary>
    public required PlanSearch Search { get; init; }

    /// <summary>Writes ONNX files.</summary>
    public required ModelOnnx Onnx { get; init; }

    /// <summary>The fingerprint of a model with other settings.</summary>
    public required Func<ModelItem, Fingerprint> FingerprintOf { get; init; }

    /// <summary>Why the plan is not that of an earlier build.</summary>
    public required Func<ModelItem, Fingerprint, ModelState, IReadOnlyList<string>> Explain { get; init; }

    /// <summary>Ends all of it.</summary>
    public required CancellationToken Cancellation { get; init; }

    /// <summary>How searches run.</summary>
    public required SearchSetup Setup { get; init; }

    /// <summary>Sees to it that a model has its plan, and what comes with it.</summary>
    public ModelFiles Of(ModelItem model, Fingerprint fingerprint, ModelState state)
    {
        var (hash, isAfresh) = (fingerprint.Hash, Mode == SearchMode.Force);
        if (Mode == SearchMode.Locked)
        {
            state = OwnPlan(model, fingerprint, state, ReadLock(model, fingerprint, state), []);
            RemoveOtherStages();
            return Files(model, state, hash);
        }

        var sweep = new ModelSweep(task, model, hash, state.SweepFile(hash), isAfresh);
        var noise = new ModelNoise(task, model, hash, state.Noise(hash), Calibrates ? SnapshotDirectory : null, isAfresh);
        var points = new ModelPoints(task, Search, Setup.Together, StateDirectory, FingerprintOf, mayRun: Mode != SearchMode.Cached, Cancellation);
        points.RunBeside(hash, [.. sweep.Missing, .. noise.Missing], isOwnFirst: isAfresh, beside => _ = OwnPlan(model, fingerprint, state, held: null, beside));
        var plan = PlanFile.Read(state.PlanFile(hash)).Plan;
        sweep.Update(plan, points.Of);
        noise.Update(plan, points.Of);
        RemoveOtherStages();
        return Files(model, state, hash);

        void RemoveOtherStages() => StageFiles.RemoveOthers(Setup.StagesOf(model.Name), StageKeys.Of(fingerprint, model.Settings, isHeld: false));
    }

    private static ModelFiles Files(ModelItem model, ModelState state, string hash) => new(
        [new TaskItem(state.PlanFile(hash), model.Item.CloneCustomMetadata())],
        Items(state.Files(hash).Concat(new[] { state.Inputs(hash), state.SweepFile(hash), state.Noise(hash) }.Concat(state.Onnx(hash).Files).Where(File.Exists))),
        Items(state.Records(hash)));

    /// <summary>Sees to it that a model has its own plan, and the ONNX file of that.</summary>
    /// <returns>Where it is in <c>obj</c>.</returns>
    private ModelState OwnPlan(ModelItem model, Fingerprint fingerprint, ModelState state, PlanLock? held, IReadOnlyList<string> beside)
    {
        ModelState[] here = Mode == SearchMode.Force ? [] : held is null ? [state] : [state, state.Under(held.Id)];
        if (Array.Find(here, each => each.Has(fingerprint.Hash) && (held is null || held.Holds(PlanFile.Read(each.PlanFile(fingerprint.Hash)).Plan))) is { } found)
        {
            state = found;
            state.MakeCurrent(fingerprint.Hash);
        }
        else
        {
            if (Mode != SearchMode.Force && state.DamagedFile(fingerprint.Hash) is { } damaged)
            {
                task.Print(state.IsEmptied(fingerprint.Hash)
                    ? $"abs: {model.Name}: the plan's files are gone from obj, as after a build that had other models; the plan is taken anew"
                    : $"abs: {model.Name}: {damaged} in obj is damaged or missing; the plan is taken anew");
            }

            state = Obtain(model, fingerprint, state, held, beside);
        }

        Onnx.Update(model, state, fingerprint.Hash, state.Onnx(fingerprint.Hash), Cancellation);
        return state;
    }

    private static ITaskItem[] Items(IEnumerable<string> files) => [.. files.Select(file => new TaskItem(file))];

    private PlanLock ReadLock(ModelItem model, Fingerprint fingerprint, ModelState state) => PlanLock.Read(
        SnapshotDirectory,
        model.Name,
        fingerprint.Hash,
        old => state.CurrentPlanFile() is { } file && PlanFile.Read(file).Plan.Fingerprint == old && state.CurrentInputs() is { } before
            ? FingerprintChanges.Between(before, fingerprint.Entries)
            : []);

    /// <summary>Takes a plan from a cache, or makes it.</summary>
    /// <returns>Where it is in <c>obj</c>.</returns>
    private ModelState Obtain(ModelItem model, Fingerprint fingerprint, ModelState state, PlanLock? held, IReadOnlyList<string> beside)
    {
        var changes = Explain(model, fingerprint, state);
        var wanted = new WantedPlan(model.With(model.Settings.Budget), fingerprint, state.CreateTemporaryFolder(), held) { Beside = beside };
        try
        {
            var asked = RemoteAnswer.None;
            if (Mode == SearchMode.Force || !Cache.TryTake(model.Name, alone: null, fingerprint.Hash, wanted.Folder, wanted.IsMetBy, out asked, Cancellation))
            {
                state = Make(wanted, changes, asked) ? state : state.Under(held!.Id);
            }

            var plan = PlanFile.Read(wanted.PlanFile).Plan;
            state.Take(wanted.Folder, fingerprint);
            new CheckpointFolder(StateDirectory, model.Name, held?.Id ?? "").RemoveThat(fingerprint.Hash);
            task.PrintLines(PlanTable.Write(plan));
            RepeatWarnings(state.RunFile(fingerprint.Hash));
            return state;
        }
        catch (OperationCanceledException exception)
        {
            throw new AbsException(AbsCodes.Cancelled, $"The build was cancelled before it had the plan of '{model.Name}'; plans are as they were before.", exception);
        }
        finally
        {
            if (Directory.Exists(wanted.Folder))
            {
                Directory.Delete(wanted.Folder, recursive: true);
            }
        }
    }

    /// <summary>Tells what the plan's search warned of, where that search was another build's.</summary>
    private void RepeatWarnings(string runFile)
    {
        try
        {
            foreach (var warning in RunHistory.Read(runFile)?.Warnings ?? [])
            {
                task.LogWarningOnce(warning.Code, warning.Text);
            }
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.InvalidRunRecord)
        {
            // Reports tell of it.
        }
    }

    /// <summary>Makes a plan that is in no cache.</summary>
    /// <returns>Whether any build may take it.</returns>
    private bool Make(WantedPlan wanted, IReadOnlyList<string> changes, RemoteAnswer asked)
    {
        var name = wanted.Model.Name;
        if (Mode == SearchMode.Cached)
        {
            throw new AbsException(AbsCodes.CacheMiss, $"The plan of '{name}' (fingerprint {wanted.Fingerprint.Hash}) is not in the cache {Cache.Describe(asked)}. AbsSearchMode=cached does not search{SearchReason.Since(changes)}; build with the same cache where searching is allowed, or set AbsSearchMode=auto.{SearchReason.HowToKeep(changes)}");
        }

        if (asked == RemoteAnswer.Unknown)
        {
            task.Print($"abs: {name}: the plan is not in the cache {Cache.Describe(asked)}");
        }

        Onnx.Foresee(wanted.Model, new ModelState(StateDirectory, name), wanted.Fingerprint.Hash, Cancellation);
        return Search.Run(wanted, changes, Cancellation);
    }
}
