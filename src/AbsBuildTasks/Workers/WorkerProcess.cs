using System.Diagnostics;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>Runs a worker from start to end.</summary>
/// <param name="onEvent">Told what the worker reports, in order.</param>
/// <param name="onText">Told what else it prints: the model project's own output.</param>
internal sealed class WorkerProcess(Action<WorkerEvent> onEvent, Action<string> onText)
{
    private const int TailLength = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PipePatience = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Queue<string> _tail = new();
    private int _openPipes = 2;
    private WorkerEvent? _last;

    /// <summary>Starts the worker and waits for its end.</summary>
    /// <remarks>
    /// The worker stops when its standard input ends, which a cancelled build and a killed one have in common. A
    /// cancelled one that does not stop is killed.
    /// </remarks>
    /// <exception cref="System.ComponentModel.Win32Exception">The host cannot be started.</exception>
    public WorkerOutcome Run(WorkerCommand command, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = command.ToStartInfo(), EnableRaisingEvents = true };
        using var ended = new ManualResetEventSlim();
        process.Exited += (_, _) => ended.Set();
        process.OutputDataReceived += (_, line) => Receive(line.Data, ReadOutput);
        process.ErrorDataReceived += (_, line) => Receive(line.Data, ReadError);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (WaitHandle.WaitAny([ended.WaitHandle, cancellation.WaitHandle]) == 1)
        {
            process.StandardInput.Close();
            if (!ended.Wait(Patience, CancellationToken.None))
            {
                process.Kill();
                ended.Wait(CancellationToken.None);
            }
        }

        lock (_gate)
        {
            // Not for ever: a process that the model's code started may hold the pipes open.
            while (_openPipes > 0 && Monitor.Wait(_gate, PipePatience))
            {
            }

            return new WorkerOutcome(process.ExitCode, _last, [.. _tail]);
        }
    }

    private void Receive(string? line, Action<string> read)
    {
        lock (_gate)
        {
            if (line is null)
            {
                _openPipes--;
                Monitor.Pulse(_gate);
            }
            else
            {
                read(line);
            }
        }
    }

    private void ReadOutput(string line)
    {
        if (!WorkerEventJson.TryRead(line, out var workerEvent))
        {
            onText(line);
        }
        else if (workerEvent is DoneEvent or ErrorEvent)
        {
            _last = workerEvent;
        }
        else
        {
            onEvent(workerEvent);
        }
    }

    private void ReadError(string line)
    {
        if (line.Trim().Length > 0)
        {
            _tail.Enqueue(line.Trim());
            if (_tail.Count > TailLength)
            {
                _tail.Dequeue();
            }
        }

        onText(line);
    }
}
