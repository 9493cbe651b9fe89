using System.Diagnostics;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Reports;

namespace AbsBuildTasks.Workers;

/// <summary>Runs a worker from start to end.</summary>
/// <param name="onEvent">Told what the worker reports, in order.</param>
/// <param name="onText">Told what else it prints: the model project's own output.</param>
/// <param name="onSilence">Told, at most once, that the worker has reported nothing at all for that long.</param>
/// <param name="silence">How long a worker may take for its first report before that is told.</param>
internal sealed class WorkerProcess(Action<WorkerEvent> onEvent, Action<string> onText, Action onSilence, TimeSpan silence)
{
    private const int TailLength = 5;
    private const int TailWidth = 300; // characters
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PipePatience = TimeSpan.FromSeconds(2);

    private readonly object _gate = new();
    private readonly Queue<string> _tail = new();
    private int _openPipes = 2;
    private bool _hasReported;
    private bool _isOver;
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
        process.Start();
        Listen(process.StandardOutput, ReadOutput);
        Listen(process.StandardError, ReadError);
        if (!WaitForEnd(ended.WaitHandle, cancellation.WaitHandle))
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

            _isOver = true;
            return new WorkerOutcome(process.ExitCode, _last, [.. _tail]);
        }
    }

    /// <summary>Waits for the worker or the cancellation.</summary>
    /// <returns>Whether the worker has ended.</returns>
    private bool WaitForEnd(WaitHandle ended, WaitHandle cancelled)
    {
        WaitHandle[] either = [ended, cancelled];
        var first = WaitHandle.WaitAny(either, silence);
        if (first == WaitHandle.WaitTimeout)
        {
            lock (_gate)
            {
                if (!_hasReported)
                {
                    onSilence();
                }
            }

            first = WaitHandle.WaitAny(either);
        }

        return first == 0;
    }

    private void Listen(TextReader pipe, Action<string> read) => new Thread(() =>
    {
        try
        {
            OutputLines.Read(pipe, line => Receive(line, read));
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Broken, or no longer wanted: says what its end would have said.
        }

        lock (_gate)
        {
            _openPipes--;
            Monitor.Pulse(_gate);
        }
    }) { IsBackground = true, Name = nameof(WorkerProcess) }.Start();

    private void Receive(string line, Action<string> read)
    {
        lock (_gate)
        {
            // Where a process that the worker started holds the pipe, lines may come when nobody listens any more.
            if (!_isOver)
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
        else
        {
            _hasReported = true;
            if (workerEvent is DoneEvent or ErrorEvent)
            {
                _last = workerEvent;
            }
            else
            {
                onEvent(workerEvent);
            }
        }
    }

    private void ReadError(string line)
    {
        if (line.Trim().Length > 0)
        {
            _tail.Enqueue(Printable.Shorten(line.Trim(), TailWidth));
            if (_tail.Count > TailLength)
            {
                _tail.Dequeue();
            }
        }

        onText(line);
    }
}
