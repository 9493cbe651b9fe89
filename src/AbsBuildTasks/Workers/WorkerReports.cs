using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>What a worker has said so far, by the lines of its two outputs.</summary>
/// <param name="onEvent">Told what the worker reports, in order, but for its last word.</param>
/// <param name="onText">Told what else it prints: the model project's own output.</param>
internal sealed class WorkerReports(Action<WorkerEvent> onEvent, Action<string> onText)
{
    private readonly LastWords _words = new();

    /// <summary>How often it has reported.</summary>
    public int Count { get; private set; }

    /// <summary>Its <see cref="DoneEvent"/> or <see cref="ErrorEvent"/>; null where it has said neither.</summary>
    public WorkerEvent? Last { get; private set; }

    /// <summary>What its standard error says of its end.</summary>
    public IReadOnlyList<string> Words => _words.Lines;

    /// <summary>Takes a line of its standard output.</summary>
    public void ReadOutput(string line)
    {
        // The worker begins its reports with an end of line, as native code may print to the same stream.
        if (line.Length == 0)
        {
            return;
        }

        if (!WorkerEventJson.TryRead(line, out var workerEvent))
        {
            onText(line);
            return;
        }

        Count++;
        if (workerEvent is DoneEvent or ErrorEvent)
        {
            Last = workerEvent;
        }
        else
        {
            onEvent(workerEvent);
        }
    }

    /// <summary>Takes a line of its standard error.</summary>
    public void ReadError(string line)
    {
        _words.Add(line);
        onText(line);
    }
}
