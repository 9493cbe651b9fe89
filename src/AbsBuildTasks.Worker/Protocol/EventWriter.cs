using System.Text;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Worker.Protocol;

/// <summary>Tells the build what happens, over this process's standard output.</summary>
internal sealed class EventWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _output;

    private EventWriter(Stream output) => _output = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true, NewLine = "\n" };

    /// <summary>Takes standard output for events; what the model's code prints goes to standard error from here on.</summary>
    public static EventWriter TakeStandardOutput()
    {
        var writer = new EventWriter(Console.OpenStandardOutput());
        Console.SetOut(Console.Error);
        return writer;
    }

    /// <summary>Writes one event.</summary>
    public void Write(WorkerEvent workerEvent)
    {
        lock (_gate)
        {
            // On a line of its own, whatever native code has printed to the same stream before.
            _output.Write("\n" + WorkerEventJson.Write(workerEvent) + "\n");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _output.Dispose();
}
