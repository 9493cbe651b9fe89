using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>What a worker reports, as lines of the build's output.</summary>
internal static class WorkerNews
{
    /// <summary>Passes an event on, and prints it.</summary>
    /// <param name="task">Receives messages and warnings.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="workerEvent">The event.</param>
    /// <param name="report">Told of it first.</param>
    public static void Report(AbsTask task, string model, WorkerEvent workerEvent, Action<WorkerEvent> report)
    {
        report(workerEvent);
        switch (workerEvent)
        {
            case ProgressEvent progress:
                task.Print(ProgressLine.Of(model, progress));
                break;
            case MessageEvent message:
                task.Print($"abs: {model}: {message.Text}");
                break;
            case WarningEvent warning:
                task.LogWarningOnce(warning.Code, warning.Text);
                break;
        }
    }
}
