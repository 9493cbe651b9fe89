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

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Waits for the end.</summary>
    /// <exception cref="TimeoutException">The command hangs.</exception>
    public async Task<BuildOutcome> EndAsync()
    {
        await Hang.EndAsync(_process);
        await _reading;
        return new BuildOutcome(_process.ExitCode, Output() + await _error);
    }

    /// <summary>Waits until the command has printed a text.</summary>
    public Task PrintedAsync(string text) => Hang.UntilAsync(() => Output().Contains(text, StringComparison.Ordinal), this);

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

    /// <summary>What it has printed so far.</summary>
    public string Output()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }
}
