using AbsBuildTasks.Caching;
using AbsBuildTasks.Fingerprints;
using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.State;
using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tasks;

/// <summary>Sees to it that a model's compressed network is there as ONNX where that is wanted, and is not where it is not.</summary>
/// <param name="task">Receives messages.</param>
/// <param name="setup">How workers run.</param>
/// <param name="files">The files that other builds have written.</param>
/// <param name="verdicts">What is known of networks before their searches.</param>
/// <param name="timing">Whether files are measured.</param>
/// <param name="warn">Told of what holds as long as nothing changes: a code and one line.</param>
internal sealed class ModelOnnx(AbsTask task, SearchSetup setup, OnnxCache files, ExportVerdicts verdicts, TimingMode timing, Action<string, string> warn)
{
    // The same weights and the same code give these again.
    private static readonly HashSet<string> Lasting = [AbsCodes.NotExportable, AbsCodes.OnnxDiffers, AbsCodes.OnnxLosesMetric];

    // These say nothing of the network.
    private static readonly HashSet<string> Passing = [AbsCodes.Cancelled, AbsCodes.FileAccess];

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
        var form = FormattableString.Invariant($"{EngineVersion.Current};opset={model.Onnx.HighestOpset};sums={model.Settings.DeployTarget.QuantizesSums};inputs={model.Settings.DeployTarget.InputMultiple};fuses={string.Join(",", model.Settings.DeployTarget.Fuses)}");
        var key = form + timing.Key;
        if (model.Onnx.IsWanted == false)
        {
            file.Remove();
            return;
        }

        var measured = FileTimingJson.TryReadFile(file.TimingPath);
        if (file.IsSound(key) && (measured is not null || !timing.IsAskedFor))
        {
            WarnIfSlower(model, measured);
            return;
        }

        if (verdicts.Find(model.Name, $"{fingerprint};{EngineVersion.Current}") is { Length: > 0 } foreseen && file.Refusal(key) is null)
        {
            file.Refuse(key, AbsCodes.NotExportable, foreseen);
        }

        // What nobody has asked for is not tried again and again; what somebody asks for is, unless it is hopeless.
        if (file.Refusal(key) is { } refusal && (model.Onnx.IsWanted is null || Lasting.Contains(refusal.Code)))
        {
            Refuse(model, refusal.Code, refusal.Text);
            return;
        }

        Write(model, state, fingerprint, file, form, cancellation);
    }

    private void Write(ModelItem model, ModelState state, string fingerprint, OnnxFile file, string form, CancellationToken cancellation)
    {
        var key = form + timing.Key;
        var cached = OnnxCache.KeyOf(fingerprint, state.WeightsFile(fingerprint), form);
        var folder = state.CreateTemporaryFolder();
        try
        {
            file.Remove();

            // One from a cache was measured elsewhere, if at all.
            if (!timing.IsAskedFor && files.TryTake(model.Name, cached, folder, cancellation))
            {
                file.Take(folder, key);
                return;
            }

            var whole = timing.IsWanted ? Path.Combine(folder, "float.onnx") : null;
            new ModelExport(setup, task).Run(model, state.WeightsFile(fingerprint), folder, whole, cancellation);
            Measure(model, folder, whole, cancellation);
            files.Store(model.Name, cached, folder, cancellation);
            file.Take(folder, key);
        }
        catch (AbsException exception) when (Lasting.Contains(exception.Code) || (model.Onnx.IsWanted is null && !Passing.Contains(exception.Code)))
        {
            file.Refuse(key, exception.Code, exception.Message);
            Refuse(model, exception.Code, exception.Message);
            return;
        }
        catch (OperationCanceledException exception)
        {
            throw new AbsException(AbsCodes.Cancelled, $"The build was cancelled before it had the ONNX file of '{model.Name}'; its plan is there, and the next build writes the file.", exception);
        }
        catch (AbsException exception) when (model.Onnx.IsWanted is null && exception.Code != AbsCodes.Cancelled)
        {
            // The next build tries again.
            task.LogWarning(AbsCodes.OnnxNotWritten, NotWritten(exception.Message));
            return;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        var record = OnnxRecordJson.ReadFile(file.RecordPath);
        task.Print(FormattableString.Invariant(
            $"abs: {model.Name}: written as ONNX, {ShortCount.Bytes(record.FileBytes)} where the whole network takes {ShortCount.Bytes(record.FloatBytes)}; {record.IntegerLayers} of {record.Layers} layers {(record.Products > 0 ? FormattableString.Invariant($"and {record.IntegerProducts} of {record.Products} products of activations ") : "")}run on integers, opset {record.Opset}"));
        if (FileTimingJson.TryReadFile(file.TimingPath) is { } measured)
        {
            task.Print($"abs: {model.Name}: {Words(measured, PlanFile.Read(state.PlanFile(fingerprint)).Plan.Totals)}");
            WarnIfSlower(model, measured);
        }
    }

    /// <summary>Measures the file where that is wanted. Times are nothing that a build could fail for.</summary>
    private void Measure(ModelItem model, string folder, string? whole, CancellationToken cancellation)
    {
        if (whole is null)
        {
            return;
        }

        try
        {
            _ = new ModelTiming(setup, task).Run(model.Name, Path.Combine(folder, model.Name + ResultFile.Onnx.Suffix), whole, folder, cancellation);
        }
        catch (AbsException exception) when (exception.Code != AbsCodes.Cancelled)
        {
            var told = $"AbsModel '{model.Name}': The ONNX file was not measured: {exception.Message}";
            if (timing.IsAskedFor)
            {
                task.LogWarning(AbsCodes.NotTimed, told);
            }
            else
            {
                task.PrintOutput(told);
            }
        }
    }

    private static string Words(FileTiming measured, PlanTotals totals) =>
        $"the ONNX file takes {ShortCount.Nanoseconds(measured.Nanoseconds)} in {measured.Runtime}, on one thread and one example, where the whole network in floating point takes {ShortCount.Nanoseconds(measured.FloatNanoseconds)}: {DeliveredRows.Faster(measured)}{DeliveredRows.Table(totals)}";

    private void WarnIfSlower(ModelItem model, FileTiming? measured)
    {
        if (measured is { IsSlower: true })
        {
            warn(AbsCodes.SlowerThanFloat, FormattableString.Invariant(
                $"AbsModel '{model.Name}': The ONNX file takes {ShortCount.Nanoseconds(measured.Nanoseconds)}, and the unpruned one in floating point {ShortCount.Nanoseconds(measured.FloatNanoseconds)}: it is {(double)measured.Nanoseconds / measured.FloatNanoseconds:0.00} times slower. Prune more, with Budget=\"latency=60%\" and a table of 'abs profile', or run larger batches."));
        }
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

    private static string NotWritten(string reason) => $"{reason} The build goes on without the file; set Onnx=\"false\" where you want none, or Onnx=\"true\" to try again.";
}
