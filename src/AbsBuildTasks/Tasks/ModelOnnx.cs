using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.State;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tasks;

/// <summary>Sees to it that a model's compressed network is there as ONNX where that is wanted, and is not where it is not.</summary>
/// <param name="task">Receives messages and warnings.</param>
/// <param name="setup">How workers run.</param>
internal sealed class ModelOnnx(AbsTask task, SearchSetup setup)
{
    /// <summary>Writes the file where it is missing or damaged, or removes it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="state">Where its plan and weights are.</param>
    /// <param name="fingerprint">The plan's.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellation">Stops the worker.</param>
    /// <exception cref="AbsException">The network cannot be written, or the build was cancelled.</exception>
    public void Update(ModelItem model, ModelState state, string fingerprint, OnnxFile file, CancellationToken cancellation)
    {
        if (!model.IsExported)
        {
            file.Remove();
            return;
        }

        if (file.IsSound)
        {
            return;
        }

        var folder = state.CreateTemporaryFolder();
        try
        {
            file.Take(new ModelExport(setup, task).Run(model, state.WeightsFile(fingerprint), folder, cancellation));
            task.Print($"abs: {model.Name}: written as ONNX, {ShortCount.Bytes(new FileInfo(file.Path).Length)}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
