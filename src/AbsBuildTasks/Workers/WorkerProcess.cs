using System.Diagnostics;
using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Workers;

/// <summary>Runs a worker from start to end.</summary>
/// <param name="onEvent">Told what the worker reports, in order.</param>
/// <param name="onText">Told what else it prints: the model project's own output.</param>
/// <param name="onSilence">Told, once per silence, for how long the worker has reported nothing.</param>
/// <param name="silence">How long a worker may take for its first report before that is told.</param>
/// <param name="laterSilence">The same for later reports, as <see cref="SilenceWatch"/> has it.</param>
internal sealed class WorkerProcess(Action<WorkerEvent> onEvent, Action<string> onText, Action<TimeSpan> onSilence, TimeSpan silence, TimeSpan laterSilence)
{
    // Holds for all that follows; whatever changes pulses it.
    private readonly object _gate = new();
    private readonly WorkerReports _reports = new(onEvent, onText);
    private int _openPipes = 2;
    private bool _isCancelled;
    private bool _hasEnded;
    private bool _isOver;

    /// <summary>How long a worker may take to end after its last word, or once it is to stop, before it is killed.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long its last lines may take to arrive once it has ended. On a busy machine they do take a while, and its last word is among them.</summary>
    public TimeSpan PipePatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Starts the worker and waits for its end.</summary>
    /// <remarks>
    /// The worker stops when its standard input ends, which a cancelled build and a killed one have in common. One that
    /// does not stop then is killed, and so is one that does not end after its last word, as native code may hang there.
    /// </remarks>
    /// <exception cref="System.ComponentModel.Win32Exception">The host cannot be started.</exception>
    public WorkerOutcome Run(WorkerCommand command, CancellationToken cancellation)
    {
        using var process = new Process { StartInfo = command.ToStartInfo(), EnableRaisingEvents = true };
        process.Exited += (_, _) => Change(() => _hasEnded = true);
        process.Start();
        using var registration = cancellation.Register(() => Change(() => _isCancelled = true));
        Listen(process.StandardOutput, _reports.ReadOutput);
        Listen(process.StandardError, _reports.ReadError);
        lock (_gate)
        {
            WaitForLastWord();
            if (_isCancelled)
            {
                process.StandardInput.Close();
            }

            // A launcher that has not started the worker yet does not look at its input, and one that is killed may leave a job behind.
            var isAsked = command.Launcher is not null && ((_isCancelled && _reports.Count == 0) || !WaitFor(() => _hasEnded, Patience));
            if (isAsked && !_hasEnded)
            {
                TerminationSignal.Send(process);
            }

            var isKilled = !WaitFor(() => _hasEnded, Patience);
            if (isKilled)
            {
                process.Kill();

                // Not by WaitForExit: it may wait for the handler of Exited, which waits for the gate that is held here.
                while (!_hasEnded)
                {
                    Monitor.Wait(_gate);
                }
            }

            // Not for ever: a process that the model's code started may hold the pipes open.
            WaitFor(() => _openPipes == 0, PipePatience);
            _isOver = true;
            return new WorkerOutcome(process.ExitCode, isKilled, _reports.Last, _reports.Words);
        }
    }

    /// <summary>Waits until the worker has ended or said all it has to say, or the build is cancelled.</summary>
    private void WaitForLastWord()
    {
        var watch = new SilenceWatch(silence, laterSilence);
        var clock = Stopwatch.StartNew();
        while (!_hasEnded && !_isCancelled && _reports.Last is null)
        {
            if (watch.Look(clock.Elapsed, _reports.Count) is { } told)
            {
                onSilence(told);
            }

            Monitor.Wait(_gate, watch.Left(clock.Elapsed));
        }
    }

    /// <summary>Waits for something, but not for longer than that.</summary>
    /// <returns>Whether it is so.</returns>
    private bool WaitFor(Func<bool> isSo, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (!isSo() && patience - clock.Elapsed is { Ticks: > 0 } left)
        {
            Monitor.Wait(_gate, left);
        }

        return isSo();
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            Monitor.Pulse(_gate);
        }
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

        Change(() => _openPipes--);
    }) { IsBackground = true, Name = nameof(WorkerProcess) }.Start();

    private void Receive(string line, Action<string> read)
    {
        lock (_gate)
        {
            // Where a process that the worker started holds the pipe, lines may come when nobody listens any more.
            if (!_isOver)
            {
                read(line);
                Monitor.Pulse(_gate);
            }
        }
    }
}
