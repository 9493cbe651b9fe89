using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Worker.Models;
using AbsBuildTasks.Worker.Protocol;

namespace AbsBuildTasks.Worker.Running;

/// <summary>One request for an ONNX file, from the request's file to the ONNX file.</summary>
/// <param name="events">Told what happens.</param>
internal sealed class RequestedExport(EventWriter events)
{
    /// <summary>Runs the request, in a process whose TorchSharp was rewritten.</summary>
    /// <param name="request">What to write.</param>
    /// <param name="cancellation">Ends the export.</param>
    /// <exception cref="Plans.Errors.AbsException">The network cannot be written, for a reason that the user can mend.</exception>
    /// <exception cref="OperationCanceledException">The export was cancelled.</exception>
    public void Run(ExportRequest request, CancellationToken cancellation)
    {
        // Where there are no weights yet, a search follows that says all else.
        var isQuestion = request.WeightsFile is null;
        var type = ModelType.Find(ModelAssembly.Load(request.AssemblyFile), request.TypeName);
        TorchRuntime.EnsureLoaded(request.NativeDirectory, Tell);
        var export = new NetworkExport((IAbsModel)Activator.CreateInstance(type)!, new ModelContext(request.ProjectDirectory, request.DataFiles), Tell, Warn, cancellation);
        if (request is not { WeightsFile: { } weights, OutputFile: { } file })
        {
            export.RequireWritable();
            return;
        }

        var (content, whole, record) = export.Run(weights, typeof(RequestedExport).Assembly.GetName().Version!.ToString(3), request.HighestOpset, request.QuantizesSums, request.InputMultiple, request.Fuses);
        AtomicFile.Write(file, content);
        if (request.FloatFile is { } floatFile)
        {
            AtomicFile.Write(floatFile, whole);
        }

        OnnxRecordJson.WriteFile(Path.ChangeExtension(file, ResultFile.OnnxRecord.Suffix), record);

        void Tell(string text)
        {
            if (!isQuestion)
            {
                events.Write(new MessageEvent(text));
            }
        }

        void Warn(string code, string text)
        {
            if (!isQuestion)
            {
                events.Write(new WarningEvent(code, text));
            }
        }
    }
}
