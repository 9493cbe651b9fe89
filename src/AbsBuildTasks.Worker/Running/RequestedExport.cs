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
    /// <exception cref="Plans.Errors.AbsException">The network cannot be written, for a reason that the user can mend.</exception>
    public void Run(ExportRequest request)
    {
        var type = ModelType.Find(ModelAssembly.Load(request.AssemblyFile), request.TypeName);
        void Tell(string text) => events.Write(new MessageEvent(text));
        TorchRuntime.EnsureLoaded(request.NativeDirectory, Tell);
        var content = NetworkExport.Run(
            (IAbsModel)Activator.CreateInstance(type)!,
            new ModelContext(request.ProjectDirectory, request.DataFiles),
            request.WeightsFile,
            typeof(RequestedExport).Assembly.GetName().Version!.ToString(3),
            Tell,
            (code, text) => events.Write(new WarningEvent(code, text)));
        AtomicFile.Write(request.OutputFile, content);
    }
}
