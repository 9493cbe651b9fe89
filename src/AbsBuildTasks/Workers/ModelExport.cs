using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>Writes a model's compressed network as ONNX in a worker.</summary>
/// <param name="setup">What the project's workers have in common.</param>
/// <param name="task">Receives messages and warnings.</param>
internal sealed class ModelExport(SearchSetup setup, AbsTask task)
{
    /// <summary>Writes the file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">Full path of its compressed weights.</param>
    /// <param name="folder">An existing folder that receives the file.</param>
    /// <param name="cancellation">Stops the worker.</param>
    /// <returns>The file.</returns>
    /// <exception cref="AbsException">The network cannot be written, or the worker was cancelled or failed.</exception>
    public string Run(ModelItem model, string weights, string folder, CancellationToken cancellation)
    {
        var work = new RequestedWork(setup, task, model.Name, "export");
        var file = Path.Combine(folder, model.Name + ResultFile.Onnx.Suffix);
        var outcome = work.Run(folder, ExportRequestJson.Write(Request(model, weights, file)), ExportRequest.Verb, _ => { }, cancellation);
        if (cancellation.IsCancellationRequested)
        {
            throw new AbsException(AbsCodes.Cancelled, $"The export for '{model.Name}' was cancelled; its plan is there, and the next build writes the ONNX file.");
        }

        if (outcome.Last is ErrorEvent error)
        {
            throw new AbsException(error.Code, $"AbsModel '{model.Name}': {error.Text}");
        }

        work.RequireDone(outcome, "an ONNX file");
        return File.Exists(file)
            ? file
            : throw new AbsException(AbsCodes.WorkerFailed, $"The export for '{model.Name}' did not write {Path.GetFileName(file)}; build again, and report it if it stays so.");
    }

    private ExportRequest Request(ModelItem model, string weights, string file) => new()
    {
        Version = ExportRequest.CurrentVersion,
        AssemblyFile = setup.AssemblyFile,
        TypeName = model.Type,
        ProjectDirectory = setup.ProjectDirectory,
        DataFiles = [.. model.DataFiles.Select(data => data.FullPath)],
        WeightsFile = weights,
        OutputFile = file,
        NativeDirectory = setup.NativeDirectory,
    };
}
