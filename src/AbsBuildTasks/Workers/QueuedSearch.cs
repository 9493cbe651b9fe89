using AbsBuildTasks.Jobs;
using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>Has a queue's job do what a search's request says.</summary>
/// <param name="setup">What the project's workers have in common.</param>
/// <param name="queue">The queue.</param>
/// <param name="task">Receives messages and warnings.</param>
internal sealed class QueuedSearch(SearchSetup setup, QueueEngine queue, AbsTask task)
{
    /// <summary>Runs the job to its end.</summary>
    /// <param name="wanted">The plan to search for; its folder receives the plan's files.</param>
    /// <param name="state">The folder in which the search keeps its state.</param>
    /// <param name="request">The request's text.</param>
    /// <param name="report">Told of every event but the last.</param>
    /// <param name="cancellation">Ends the build's interest in it.</param>
    /// <exception cref="Plans.Errors.AbsException">As <see cref="QueuedWorker.Run"/> has it.</exception>
    public WorkerOutcome Run(WantedPlan wanted, string state, string request, Action<WorkerEvent> report, CancellationToken cancellation)
    {
        var model = wanted.Model.Name;
        var job = new QueuedJob(queue, model, state);
        var runs = new JobRuns(job.Folder, workerEvent => WorkerNews.Report(task, wanted.Label, workerEvent, report), task.PrintOutput);
        var outcome = new QueuedWorker(job, runs, new(wanted.Label, task), new()).Run(Content(job.Folder, wanted.Model, request), setup.Executor.Detaches, cancellation);
        if (outcome.Last is DoneEvent)
        {
            job.CopyResult(wanted.Folder);
        }

        return outcome;
    }

    /// <summary>Removes a job's result, which is of no use.</summary>
    /// <param name="state">The folder in which the search keeps its state.</param>
    public void Remove(string state) => new QueuedJob(queue, "", state).Remove();

    private Dictionary<string, string> Content(JobFolder folder, ModelItem model, string request)
    {
        var command = new WorkerCommand
        {
            Host = setup.Host,
            Assembly = setup.WorkerAssembly,
            DepsFile = setup.DepsFile,
            ProbingPaths = setup.ProbingPaths,
            Request = [JobFolder.Verb, folder.Request],
        };
        var variables = WorkerCommand.Variables().Concat(JobVariables.Of(Environment.GetEnvironmentVariables())).ToDictionary(variable => variable.Key, variable => variable.Value);
        return new()
        {
            [folder.Request] = request,
            [folder.Needs] = string.Concat(JobNeeds.Of(setup, model).Select(path => path + "\n")),
            [folder.Script] = JobScript.Write(folder, setup.StateDirectory, setup.ProjectDirectory, variables, setup.Host, command.Arguments()),
        };
    }
}
