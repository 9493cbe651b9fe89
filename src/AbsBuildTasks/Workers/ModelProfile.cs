using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>Measures a model's layers in a worker.</summary>
/// <param name="setup">What the project's workers have in common.</param>
/// <param name="task">Receives messages and warnings.</param>
internal sealed class ModelProfile(SearchSetup setup, AbsTask task)
{
    /// <summary>Measures the layers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="threads">Threads that run each layer.</param>
    /// <param name="batch">Examples in a run.</param>
    /// <param name="folder">An existing folder for what the worker reads and writes.</param>
    /// <param name="cancellation">Stops the worker.</param>
    /// <exception cref="AbsException">The model cannot be measured, or the worker was cancelled or failed.</exception>
    public LatencyTable Run(ModelItem model, int threads, int batch, string folder, CancellationToken cancellation)
    {
        var work = new RequestedWork(setup, task, model.Name, "profile");
        var request = new ProfileRequest
        {
            Version = ProfileRequest.CurrentVersion,
            Model = model.Name,
            AssemblyFile = setup.AssemblyFile,
            TypeName = model.Type,
            ProjectDirectory = setup.ProjectDirectory,
            DataFiles = [.. model.DataFiles.Select(data => data.FullPath)],
            Threads = threads,
            Batch = batch,
            InputMultiple = model.Settings.DeployTarget.InputMultiple,
            OutputFile = Path.Combine(folder, model.Name + LatencyTable.Suffix),
            NativeDirectory = setup.NativeDirectory,
        };
        var outcome = work.Run(folder, ProfileRequestJson.Write(request), ProfileRequest.Verb, _ => { }, cancellation);
        if (cancellation.IsCancellationRequested)
        {
            throw new AbsException(AbsCodes.Cancelled, $"The profile of '{model.Name}' was cancelled; its table is as it was before.");
        }

        if (outcome.Last is ErrorEvent error)
        {
            throw new AbsException(error.Code, $"AbsModel '{model.Name}': {error.Text}");
        }

        work.RequireDone(outcome, "a table");
        return LatencyFile.Read(request.OutputFile, Path.GetFileName(request.OutputFile));
    }
}
