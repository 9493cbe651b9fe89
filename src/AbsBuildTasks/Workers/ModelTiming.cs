using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>Measures a delivered ONNX file in a worker, in turn with the network in floating point.</summary>
/// <param name="setup">What the project's workers have in common.</param>
/// <param name="task">Receives messages and warnings.</param>
internal sealed class ModelTiming(SearchSetup setup, AbsTask task)
{
    /// <summary>Measures the files.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="file">Full path of the delivered file.</param>
    /// <param name="floatFile">Full path of the file in floating point with nothing pruned.</param>
    /// <param name="folder">An existing folder for what the worker reads and writes; receives <c>&lt;model&gt;.timing.json</c>.</param>
    /// <param name="cancellation">Stops the worker.</param>
    /// <exception cref="AbsException">The files cannot be measured, or the worker was cancelled or failed.</exception>
    public FileTiming Run(string model, string file, string floatFile, string folder, CancellationToken cancellation)
    {
        var work = new RequestedWork(setup, task, model, "timing");
        var request = new TimingRequest { Version = TimingRequest.CurrentVersion, File = file, FloatFile = floatFile, OutputFile = Path.Combine(folder, model + FileTiming.Suffix) };
        var outcome = setup.Together.Aside(() => work.Run(folder, TimingRequestJson.Write(request), TimingRequest.Verb, _ => { }, cancellation), lendsPlace: true);
        if (cancellation.IsCancellationRequested)
        {
            throw new AbsException(AbsCodes.Cancelled, $"The timing of '{model}' was cancelled; its plan is there, and the next build measures the ONNX file.");
        }

        if (outcome.Last is ErrorEvent error)
        {
            throw new AbsException(error.Code, error.Text);
        }

        work.RequireDone(outcome, "times");
        return FileTimingJson.TryReadFile(request.OutputFile) ?? throw new AbsException(AbsCodes.WorkerFailed, $"The timing of '{model}' did not write {Path.GetFileName(request.OutputFile)}; build again, and report it if it stays so.");
    }
}
