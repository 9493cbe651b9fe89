using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Worker.Protocol;
using AbsBuildTasks.Worker.Running;

namespace AbsBuildTasks.Worker;

/// <summary>The process that searches for a build. Its only argument is the path of a request.</summary>
internal static class Program
{
    /// <returns>0 after a done event, 1 after an error event.</returns>
    private static int Main(string[] arguments)
    {
        using var events = EventWriter.TakeStandardOutput();
        using var ending = new Ending(events);
        var word = Run(arguments, events, BuildWatch.Begin());
        ending.Tell(word);
        return word is DoneEvent ? 0 : 1;
    }

    private static WorkerEvent Run(string[] arguments, EventWriter events, CancellationToken cancellation)
    {
        try
        {
            if (arguments is not [var requestFile])
            {
                throw new AbsException(AbsCodes.Defect, "The worker takes one argument, the path of a request; builds start it.");
            }

            new RequestedSearch(events).Run(SearchRequestJson.Read(File.ReadAllText(requestFile)), cancellation);
            return new DoneEvent();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new ErrorEvent(AbsCodes.Cancelled, "The search was cancelled.");
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
