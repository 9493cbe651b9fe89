using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Worker.Timing;

namespace AbsBuildTasks.Worker.Running;

/// <summary>One request to measure two ONNX files: in turn, on one thread and one example.</summary>
internal static class RequestedTiming
{
    private const int Rounds = 51;
    private const int Batch = 1;
    private const int Threads = 1;

    /// <summary>Runs the request.</summary>
    /// <param name="request">What to measure.</param>
    /// <exception cref="AbsException">ABS1044 or ABS1045: they cannot be measured.</exception>
    public static void Run(TimingRequest request)
    {
        var runtime = ProjectRuntime.Load();
        using var delivered = runtime.Open(File.ReadAllBytes(request.File), Threads, Batch);
        using var whole = runtime.Open(File.ReadAllBytes(request.FloatFile), Threads, Batch);
        var times = new Race(new RunClock(isAlone: true), Rounds).Of([delivered.Run, whole.Run]);
        FileTimingJson.WriteFile(request.OutputFile, new()
        {
            Machine = Machine.Name,
            Runtime = runtime.Name,
            Threads = Threads,
            Batch = Batch,
            Nanoseconds = Nanoseconds(times[0]),
            FloatNanoseconds = Nanoseconds(times[1]),
        });
    }

    private static long Nanoseconds(RaceTime time) => Math.Max(1, (long)Math.Round(time.Median));
}
