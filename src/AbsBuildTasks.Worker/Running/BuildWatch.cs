using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace AbsBuildTasks.Worker.Running;

/// <summary>Ends this process with the build that started it, however that ends.</summary>
/// <remarks>
/// The build holds the other end of standard input and never writes: when it is cancelled, crashes or is killed, the
/// input ends. Ctrl+C in a terminal reaches this process too, and does the same.
/// </remarks>
internal static class BuildWatch
{
    // This project's tests, whose machine may be busy, allow for more, in seconds.
    private const string PatienceVariable = "ABS_TESTS_WORKER_PATIENCE";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable(PatienceVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 5);

    private static readonly CancellationTokenSource Source = new();

    // Held, as a registration ends with its object.
    private static PosixSignalRegistration[] _signals = [];

    /// <summary>Begins to watch, until this process ends.</summary>
    /// <param name="isAlone">Whether this process is a job of a queue, which may outlive the build: then only signals end it.</param>
    /// <returns>Cancelled when the build is gone.</returns>
    public static CancellationToken Begin(bool isAlone)
    {
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
        if (!isAlone)
        {
            new Thread(ReadInput) { IsBackground = true, Name = nameof(BuildWatch) }.Start();
        }

        return Source.Token;
    }

    private static void ReadInput()
    {
        var buffer = new byte[256];
        using var input = Console.OpenStandardInput();
        try
        {
            while (input.Read(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // A broken pipe says what its end would have said.
        }

        Stop();
    }

    private static void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        Stop();
    }

    private static void Stop()
    {
        Source.Cancel();
        new Thread(EndByForce) { IsBackground = true, Name = nameof(EndByForce) }.Start();
    }

    /// <summary>One training step may take long, and model code may not return at all; nothing must outlive the build.</summary>
    private static void EndByForce()
    {
        Thread.Sleep(Patience);
        Process.GetCurrentProcess().Kill();
    }
}
