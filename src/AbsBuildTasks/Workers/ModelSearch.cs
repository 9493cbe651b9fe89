using System.Diagnostics;
using AbsBuildTasks.Caching;
using AbsBuildTasks.Followers;
using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Sweeps;

namespace AbsBuildTasks.Workers;

/// <summary>Searches for one model's plan in a worker.</summary>
/// <param name="setup">What the project's searches have in common.</param>
/// <param name="task">Receives messages and warnings.</param>
internal sealed class ModelSearch(SearchSetup setup, AbsTask task)
{
    /// <summary>Runs the search.</summary>
    /// <param name="wanted">The plan to search for.</param>
    /// <param name="checkpoints">The folder in which the search keeps its state.</param>
    /// <param name="stages">Told when a stage may be done.</param>
    /// <param name="keys">The hashes of what the search's stages depend on.</param>
    /// <param name="afresh">The first stage that runs even where an earlier search has kept what it comes to; null for none.</param>
    /// <param name="cancellation">Stops the worker.</param>
    /// <exception cref="AbsException">The search failed, or was cancelled.</exception>
    public void Run(WantedPlan wanted, string checkpoints, StageFiles stages, StageKeys keys, SearchStage? afresh, CancellationToken cancellation)
    {
        var (model, folder, held) = (wanted.Model, wanted.Folder, wanted.Held);
        var work = new RequestedWork(setup, task, wanted.Label, "search", setup.Executor.Launcher);
        var queued = setup.Executor.Queue is { } queue ? new QueuedSearch(setup, queue, task) : null;
        var events = setup.Events.WithFollowed(checkpoints);
        var clock = Stopwatch.StartNew();
        var pace = new SearchPace { Epochs = Epochs(model) };
        using var title = TerminalTitle.TryOpen(setup.TerminalTitle, isAlone: !setup.Together.IsSeveral, Environment.GetEnvironmentVariable);
        using var followers = new SearchFollowers(setup.TensorBoardDirectory, model.Name, checkpoints, task.LogWarningOnce);
        Tell(new SearchStarted(wanted.Label, model.Settings.Budget.RelativeBops, pace.Epochs));
        var request = SearchRequestJson.Write(Request(wanted, checkpoints, keys) with { Afresh = afresh?.Title });
        var outcome = setup.Together.Away(() => queued?.Run(wanted, checkpoints, request, Report, cancellation) ?? work.Run(folder, request, verb: "", Report, cancellation));
        if (outcome.Last is { } last)
        {
            Report(last);
        }

        if (cancellation.IsCancellationRequested)
        {
            throw new AbsException(AbsCodes.Cancelled, $"The search for '{wanted.Label}' was cancelled; plans are as they were before, and the next build goes on with it.");
        }

        if (outcome.Last is ErrorEvent { Code: AbsCodes.Cancelled })
        {
            throw new AbsException(AbsCodes.StoppedElsewhere, $"The search for '{wanted.Label}' was told to stop, and not by this build: by a time limit, by somebody with more right to the machine, or by hand. The next build goes on with it.");
        }

        if (outcome.Last is ErrorEvent error)
        {
            // Without the point's name where a budget is missed: these are bytes of the sweep, whether it was searched for alone or beside others.
            throw Failure(error, $"AbsModel '{(SweepMiss.IsOne(error.Code) ? model.Name : wanted.Label)}': {error.Text}", held);
        }

        work.RequireDone(outcome, "a plan");
        try
        {
            CheckFiles(new(folder, model.Name, wanted.Fingerprint.Hash));
        }
        catch (AbsException)
        {
            // The next build would take it again.
            queued?.Remove(checkpoints);
            throw;
        }

        if (outcome.IsKilled)
        {
            task.Print($"abs: {wanted.Label}: the plan is there, but the process that searched did not end by itself, and was killed");
        }

        void Tell(BuildEvent buildEvent)
        {
            events.Append(buildEvent);
            followers.Tell(buildEvent);
        }

        void Report(WorkerEvent workerEvent)
        {
            Tell(new SearchReported(wanted.Label, workerEvent, Math.Round(clock.Elapsed.TotalSeconds, 1)));
            if (!cancellation.IsCancellationRequested && workerEvent is not (DoneEvent or ErrorEvent))
            {
                stages.Publish((workerEvent as ProgressEvent)?.Phase, cancellation);
            }

            if (workerEvent is ProgressEvent progress)
            {
                pace.Apply(progress, clock.Elapsed);
                title?.Show($"{ProgressLine.Of(wanted.Label, progress)}  {SearchPace.Words(pace.TimeLeft(clock.Elapsed))}".TrimEnd(), (pace.Done, pace.Epochs));
            }
        }
    }

    // Of a snapshot that does not fit the reviewer wants to see the line.
    private static AbsException Failure(ErrorEvent error, string message, PlanLock? held) => held is not null && error.Code == AbsCodes.LockUnfit
        ? new(error.Code, held.PlaceOf(error.Layer), message)
        : new(error.Code, message);

    private static int Epochs(ModelItem model)
    {
        var settings = model.Settings;
        return (model.StartingWeights is null ? settings.TrainEpochs : 0) + settings.BaselineEpochs() + settings.SearchEpochs + settings.FineTuneEpochs;
    }

    private static void CheckFiles(ResultPlace place)
    {
        var model = place.Model;
        ResultFile[] kinds = [.. ResultFile.All.Where(kind => !kind.StandsAlone)];
        if (Array.Find(kinds, kind => !File.Exists(place.PathOf(kind))) is { } missing)
        {
            throw new AbsException(AbsCodes.WorkerFailed, $"The search for '{model}' did not write {model}{missing.Suffix}; build again, and report it if it stays so.");
        }

        var plan = ReadPlan(model, place.PathOf(ResultFile.Plan));
        if (plan.Fingerprint != place.Fingerprint || plan.Model != model)
        {
            throw new AbsException(AbsCodes.WorkerFailed, $"The search for '{model}' wrote the plan of another search; build again, and report it if it stays so.");
        }

        if (kinds.Select(kind => kind.Problem(place)).FirstOrDefault(problem => problem is not null) is { } problem)
        {
            throw new AbsException(AbsCodes.WorkerFailed, $"The search for '{model}' wrote a plan that cannot be used: {problem}; build again, and report it if it stays so.");
        }
    }

    private static CompressionPlan ReadPlan(string model, string file)
    {
        try
        {
            return PlanFile.Read(file, Path.GetFileName(file)).Plan;
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.InvalidPlan)
        {
            throw new AbsException(AbsCodes.WorkerFailed, $"The search for '{model}' wrote a {Path.GetFileName(file)} that is not a plan; build again, and report it if it stays so.", exception);
        }
    }

    private SearchRequest Request(WantedPlan wanted, string checkpoints, StageKeys stages) => new()
    {
        Version = SearchRequest.CurrentVersion,
        Model = wanted.Model.Name,
        AssemblyFile = setup.AssemblyFile,
        TypeName = wanted.Model.Type,
        ProjectDirectory = setup.ProjectDirectory,
        DataFiles = [.. wanted.Model.DataFiles.Select(file => file.FullPath)],
        StartingWeights = wanted.Model.StartingWeights?.FullPath,
        WarmStart = wanted.Model.WarmStart?.FullPath,
        WarmStartHash = wanted.Model.WarmStart is null ? null : wanted.Fingerprint.Entries.First(entry => entry.Key == FingerprintBuilder.WarmStartEntry).Value,
        LatencyTable = wanted.Model.Latency?.Text,
        Fingerprint = wanted.Fingerprint.Hash,
        Settings = wanted.Model.Settings,
        Device = setup.Device,
        OutputDirectory = wanted.Folder,
        CheckpointDirectory = checkpoints,
        StageDirectory = setup.StagesOf(wanted.Model.Name),
        TrainingKey = stages.Training,
        BaselineKey = stages.Baseline,
        SearchKey = stages.Search,
        StopAfterSeconds = setup.StopAfter?.TotalSeconds,
        LockFile = wanted.Held?.File,
        NativeDirectory = setup.NativeDirectory,
    };
}
