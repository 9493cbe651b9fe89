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
    /// <summary>Writes the file, and its record beside it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="weights">Full path of its compressed weights.</param>
    /// <param name="folder">An existing folder that receives both.</param>
    /// <param name="floatFile">Full path of a second file, the network in floating point with nothing pruned; null for none.</param>
    /// <param name="cancellation">Stops the worker.</param>
    /// <exception cref="AbsException">The network cannot be written, or the worker was cancelled or failed.</exception>
    public void Run(ModelItem model, string weights, string folder, string? floatFile, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, model.Name + ResultFile.Onnx.Suffix);
        Run(model, folder, Request(model) with { WeightsFile = weights, OutputFile = file, FloatFile = floatFile }, lendsPlace: true, "its plan is there, and the next build writes the ONNX file", cancellation);
        if (new[] { ResultFile.Onnx, ResultFile.OnnxRecord }.FirstOrDefault(kind => !File.Exists(Path.Combine(folder, model.Name + kind.Suffix))) is { } missing)
        {
            throw new AbsException(AbsCodes.WorkerFailed, $"The export for '{model.Name}' did not write {model.Name}{missing.Suffix}; build again, and report it if it stays so.");
        }
    }

    /// <summary>Makes sure, before there are any weights, that the network can be written.</summary>
    /// <param name="model">The model.</param>
    /// <param name="folder">An existing folder for the request.</param>
    /// <param name="cancellation">Stops the worker.</param>
    /// <exception cref="AbsException">ABS6001: it cannot. Or the worker was cancelled or failed, which says nothing of that.</exception>
    public void Ask(ModelItem model, string folder, CancellationToken cancellation) =>
        Run(model, folder, Request(model), lendsPlace: false, "there is no plan yet", cancellation);

    private void Run(ModelItem model, string folder, ExportRequest request, bool lendsPlace, string left, CancellationToken cancellation)
    {
        var work = new RequestedWork(setup, task, model.Name, "export");
        var outcome = setup.Together.Aside(() => work.Run(folder, ExportRequestJson.Write(request), ExportRequest.Verb, _ => { }, cancellation), lendsPlace);
        if (cancellation.IsCancellationRequested)
        {
            throw new AbsException(AbsCodes.Cancelled, $"The export for '{model.Name}' was cancelled; {left}.");
        }

        if (outcome.Last is ErrorEvent error)
        {
            throw new AbsException(error.Code, $"AbsModel '{model.Name}': {error.Text}");
        }

        work.RequireDone(outcome, "an ONNX file");
    }

    private ExportRequest Request(ModelItem model) => new()
    {
        Version = ExportRequest.CurrentVersion,
        AssemblyFile = setup.AssemblyFile,
        TypeName = model.Type,
        ProjectDirectory = setup.ProjectDirectory,
        DataFiles = [.. model.DataFiles.Select(data => data.FullPath)],
        HighestOpset = model.Onnx.HighestOpset,
        QuantizesSums = model.Settings.DeployTarget.QuantizesSums,
        InputMultiple = model.Settings.DeployTarget.InputMultiple,
        Fuses = model.Settings.DeployTarget.Fuses,
        NativeDirectory = setup.NativeDirectory,
    };
}
