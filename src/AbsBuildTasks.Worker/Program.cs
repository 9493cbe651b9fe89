using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Search.Tracing;
using AbsBuildTasks.Worker.Protocol;
using AbsBuildTasks.Worker.Running;
using AbsBuildTasks.Worker.Tracing;

namespace AbsBuildTasks.Worker;

/// <summary>
/// The process that searches for a build; its only argument is the path of a request. Or the one that writes a network as
/// ONNX, or measures layers: then <see cref="ExportRequest.Verb"/> or <see cref="ProfileRequest.Verb"/> stands before the path.
/// Or one that searches as a job of a queue, and may outlive the build: <see cref="JobFolder.Verb"/>, the path, and that of the run's folder.
/// </summary>
internal static class Program
{
    /// <returns>0 after a done event, 1 after an error event.</returns>
    private static int Main(string[] arguments)
    {
        if (!TraceHook.IsThere && TracedWork.Is(arguments))
        {
            // Once more from the start, where TorchSharp tells of its native calls.
            return (int)new TracedContext().Copy(MethodBase.GetCurrentMethod()!).Invoke(null, [arguments])!;
        }

        using var events = EventWriter.TakeStandardOutput();
        using var ending = new Ending(events);
        var word = Run(arguments, events, BuildWatch.Begin(isAlone: arguments is [JobFolder.Verb, ..]));
        ending.Tell(word);
        return word is DoneEvent ? 0 : 1;
    }

    private static WorkerEvent Run(string[] arguments, EventWriter events, CancellationToken cancellation)
    {
        try
        {
            switch (arguments)
            {
                case [ExportRequest.Verb, var exportFile]:
                    new RequestedExport(events).Run(ExportRequestJson.Read(File.ReadAllText(exportFile)), cancellation);
                    break;
                case [TimingRequest.Verb, var timingFile]:
                    RequestedTiming.Run(TimingRequestJson.Read(File.ReadAllText(timingFile)));
                    break;
                case [ProfileRequest.Verb, var profileFile]:
                    new RequestedProfile(events).Run(ProfileRequestJson.Read(File.ReadAllText(profileFile)));
                    break;
                case [JobFolder.Verb, var jobFile, var runFolder]:
                    new RequestedSearch(events).RunAsJob(SearchRequestJson.Read(File.ReadAllText(jobFile)), runFolder, cancellation);
                    break;
                case [var requestFile]:
                    new RequestedSearch(events).Run(SearchRequestJson.Read(File.ReadAllText(requestFile)), cancellation);
                    break;
                default:
                    throw new AbsException(AbsCodes.Defect, "The worker takes the path of a request, after 'export' for an ONNX file, 'profile' for a latency table, 'time' for times or 'job' for a search in a queue; builds start it.");
            }

            return new DoneEvent();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new ErrorEvent(AbsCodes.Cancelled, arguments is [_, _] ? "The work was cancelled." : "The search was cancelled.");
        }
#pragma warning disable CA1031 // The build hears of every failure in its own words.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (exception is not AbsException { InnerException: null })
            {
                // Whole, for a report; the build shows it at a higher verbosity.
                Console.Error.WriteLine(exception);
            }

            return Failures.Of(exception);
        }
    }
}
