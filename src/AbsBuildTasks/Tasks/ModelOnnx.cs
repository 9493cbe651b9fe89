using AbsBuildTasks.Fingerprints;
using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.State;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tasks;

/// <summary>Sees to it that a model's compressed network is there as ONNX where that is wanted, and is not where it is not.</summary>
/// <param name="task">Receives messages.</param>
/// <param name="setup">How workers run.</param>
/// <param name="verdicts">What is known of networks before their searches.</param>
/// <param name="warn">Told of what holds as long as nothing changes: a code and one line.</param>
internal sealed class ModelOnnx(AbsTask task, SearchSetup setup, ExportVerdicts verdicts, Action<string, string> warn)
{
    // The same weights and the same code give these again.
    private static readonly HashSet<string> Lasting = [AbsCodes.NotExportable, AbsCodes.OnnxDiffers, AbsCodes.OnnxLosesMetric];

    /// <summary>Finds out before a search, which may take hours, whether the network can be written at all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="state">Where there is room for the request.</param>
    /// <param name="fingerprint">That of the plan to search for.</param>
    /// <param name="cancellation">Stops the worker.</param>
    /// <exception cref="AbsException">ABS6001: it cannot, and has to. ABS3005: the build was cancelled.</exception>
    public void Foresee(ModelItem model, ModelState state, string fingerprint, CancellationToken cancellation)
    {
        var key = $"{fingerprint};{EngineVersion.Current}";
        if (model.Onnx.IsWanted == false)
        {
            return;
        }

        if (verdicts.Find(model.Name, key) is not { } reason)
        {
            var folder = state.CreateTemporaryFolder();
            try
            {
                new ModelExport(setup, task).Ask(model, folder, cancellation);
                reason = "";
            }
            catch (AbsException exception) when (exception.Code == AbsCodes.NotExportable)
            {
                reason = exception.Message;
            }
            catch (AbsException exception) when (exception.Code != AbsCodes.Cancelled)
            {
                // Whatever else is wrong with the model, the search says it in its own words.
                return;
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }

            verdicts.Keep(model.Name, key, reason);
        }

        if (reason.Length > 0)
        {
            Refuse(model, AbsCodes.NotExportable, reason);
        }
    }

    /// <summary>Writes the file where it is missing or damaged, or removes it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="state">Where its plan and weights are.</param>
    /// <param name="fingerprint">The plan's.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellation">Stops the worker.</param>
    /// <exception cref="AbsException">The network cannot be written, and has to; or the build was cancelled.</exception>
    public void Update(ModelItem model, ModelState state, string fingerprint, OnnxFile file, CancellationToken cancellation)
    {
        var key = FormattableString.Invariant($"{EngineVersion.Current};opset={model.Onnx.HighestOpset};sums={model.Settings.DeployTarget.QuantizesSums}");
        if (model.Onnx.IsWanted == false)
        {
            file.Remove();
            return;
        }

        if (file.IsSound(key))
        {
            return;
        }

        if (verdicts.Find(model.Name, $"{fingerprint};{EngineVersion.Current}") is { Length: > 0 } foreseen && file.Refusal(key) is null)
        {
            file.Refuse(key, AbsCodes.NotExportable, foreseen);
        }

        if (file.Refusal(key) is { } refusal)
        {
            Refuse(model, refusal.Code, refusal.Text);
            return;
        }

        Write(model, state, fingerprint, file, key, cancellation);
    }

    private void Write(ModelItem model, ModelState state, string fingerprint, OnnxFile file, string key, CancellationToken cancellation)
    {
        var folder = state.CreateTemporaryFolder();
        try
        {
            file.Remove();
            new ModelExport(setup, task).Run(model, state.WeightsFile(fingerprint), folder, cancellation);
            file.Take(folder, key);
        }
        catch (AbsException exception) when (Lasting.Contains(exception.Code))
        {
            file.Refuse(key, exception.Code, exception.Message);
            Refuse(model, exception.Code, exception.Message);
            return;
        }
        catch (AbsException exception) when (model.Onnx.IsWanted is null && exception.Code != AbsCodes.Cancelled)
        {
            // Nobody has asked for the file; the next build tries again.
            task.LogWarning(AbsCodes.OnnxNotWritten, NotWritten(exception.Message));
            return;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        var record = OnnxRecordJson.ReadFile(file.RecordPath);
        task.Print(FormattableString.Invariant(
            $"abs: {model.Name}: written as ONNX, {ShortCount.Bytes(record.FileBytes)} where the whole network takes {ShortCount.Bytes(record.FloatBytes)}; {record.IntegerLayers} of {record.Layers} layers run on integers, opset {record.Opset}"));
    }

    /// <summary>Fails, or warns where nobody has asked for the file. Quantised sums somebody has asked for.</summary>
    private void Refuse(ModelItem model, string code, string reason)
    {
        if (model.Onnx.IsWanted == true || code == AbsCodes.OnnxLosesMetric)
        {
            throw new AbsException(code, reason);
        }

        warn(AbsCodes.OnnxNotWritten, NotWritten(reason));
    }

    private static string NotWritten(string reason) => $"{reason} The build goes on without the file; set Onnx=\"false\" where you want none.";
}
