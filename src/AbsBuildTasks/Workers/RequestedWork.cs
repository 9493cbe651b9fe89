using System.ComponentModel;
using AbsBuildTasks.Jobs;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>Has a worker do what a request says.</summary>
/// <param name="setup">What the project's workers have in common.</param>
/// <param name="task">Receives messages and warnings.</param>
/// <param name="model">The model's name.</param>
/// <param name="what">What is asked for: <c>search</c> or <c>export</c>.</param>
/// <param name="launcher">What runs the worker elsewhere; null where it runs here.</param>
internal sealed class RequestedWork(SearchSetup setup, AbsTask task, string model, string what, CommandTemplate? launcher = null)
{
    // Most report within seconds, and then after every epoch. A large one on a slow machine may take longer, and is not ended for it.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LaterSilence = TimeSpan.FromMinutes(10);

    /// <summary>Runs the worker to its end.</summary>
    /// <param name="folder">An existing folder that receives the request, and what it asks for.</param>
    /// <param name="request">The request's text.</param>
    /// <param name="verb">What stands before its path; empty for nothing.</param>
    /// <param name="report">Told of every event.</param>
    /// <param name="cancellation">Stops the worker.</param>
    /// <exception cref="AbsException">ABS3004: the worker cannot be started.</exception>
    public WorkerOutcome Run(string folder, string request, string verb, Action<WorkerEvent> report, CancellationToken cancellation)
    {
        var requestFile = Path.Combine(folder, "request.json");
        File.WriteAllText(requestFile, request);
        var outcome = Start(verb.Length == 0 ? [requestFile] : [verb, requestFile], report, cancellation);
        File.Delete(requestFile);
        return outcome;
    }

    /// <summary>Fails where the worker did not end by itself after its work.</summary>
    /// <param name="outcome">How it ended, and not with an <see cref="ErrorEvent"/>.</param>
    /// <param name="without">What there is not, such as <c>a plan</c>.</param>
    /// <exception cref="AbsException">ABS3004, or ABS3016 where it ran elsewhere, with its last words.</exception>
    public void RequireDone(WorkerOutcome outcome, string without)
    {
        // After its last word there is nothing left to do but to end.
        if (outcome.Last is null && launcher is not null)
        {
            throw new AbsException(AbsCodes.LaunchFailed, FormattableString.Invariant($"The {what} for '{model}' ended without {without}: '{launcher.Name}' ended with exit code {outcome.ExitCode}, and without a word from the process that was to search. Where that runs, the .NET SDK, the project's folders, the NuGet packages and the data must have the same paths as here. {LastWords.Quote(outcome.Words)}"));
        }

        // What a launcher gives as its exit code says little.
        if (outcome is not { Last: DoneEvent } || (outcome.ExitCode != 0 && !outcome.IsKilled && launcher is null))
        {
            throw new AbsException(AbsCodes.WorkerFailed, FormattableString.Invariant($"The {what} for '{model}' ended without {without}: {ExitWords.Of(outcome.ExitCode)} (exit code {outcome.ExitCode}). {LastWords.Quote(outcome.Words)}"));
        }
    }

    private WorkerOutcome Start(IReadOnlyList<string> arguments, Action<WorkerEvent> report, CancellationToken cancellation)
    {
        var command = new WorkerCommand
        {
            Host = setup.Host,
            Assembly = setup.WorkerAssembly,
            DepsFile = setup.DepsFile,
            ProbingPaths = setup.ProbingPaths,
            Request = arguments,
            Launcher = launcher,
        };
        var process = new WorkerProcess(
            workerEvent => WorkerNews.Report(task, model, workerEvent, report),
            task.PrintOutput,
            silence => task.Print(FormattableString.Invariant($"abs: {model}: no word from the {what} for {silence.TotalSeconds:0} s{(launcher is null ? "" : $", which '{launcher.Name}' runs, or lets wait")}; the build goes on waiting for it, and can be cancelled")),
            Silence,
            LaterSilence);
        try
        {
            return process.Run(command, cancellation);
        }
        catch (Win32Exception exception)
        {
            throw launcher is not null
                ? new AbsException(AbsCodes.LaunchFailed, $"The {what} for '{model}' cannot be started: '{launcher.Program}': {exception.Message}. Look at AbsExecutorCommand.", exception)
                : new AbsException(AbsCodes.WorkerFailed, $"The {what} for '{model}' cannot be started: '{setup.Host}': {exception.Message}. Install the .NET SDK, or set DOTNET_HOST_PATH to its dotnet program.", exception);
        }
    }
}
