using System.Diagnostics;
using System.Text;

namespace Build.Tests.Harness;

/// <summary>A command that was started; killed if it outlives the test.</summary>
internal sealed class RunningCommand : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;
    private readonly Task<string> _error;

    public RunningCommand(Process process)
    {
        _process = process;
        _reading = ReadAsync(process.StandardOutput);
        _error = process.StandardError.ReadToEndAsync();
    }

    public int ProcessId => _process.Id;

    /// <summary>Waits for the end.</summary>
    /// <exception cref="TimeoutException">The command takes longer than that.</exception>
    public async Task<BuildOutcome> EndAsync(TimeSpan patience)
    {
        await _process.WaitForExitAsync().WaitAsync(patience);
        await _reading;
        return new BuildOutcome(_process.ExitCode, Output() + await _error);
    }

    /// <summary>Waits until the command has printed a text.</summary>
    /// <exception cref="TimeoutException">It takes longer than that.</exception>
    public async Task PrintedAsync(string text, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (!Output().Contains(text, StringComparison.Ordinal))
        {
            if (clock.Elapsed > patience)
            {
                throw new TimeoutException($"'{text}' is not in: {Output()}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Ends the command and all it has started, where they still run.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_output)
            {
                _output.Append(line).Append('\n');
            }
        }
    }

    private string Output()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }
}
