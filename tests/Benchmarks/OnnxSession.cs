using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace AbsBuildTasks.Benchmarks;

/// <summary>A file with one input and one output in ONNX Runtime, on one thread.</summary>
internal sealed partial class OnnxSession : IDisposable
{
    private const int ThreadTime = 3;

    private readonly SessionOptions _options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
    private readonly RunOptions _runOptions = new();
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly OrtValue _input;

    /// <summary>Loads a file.</summary>
    /// <param name="file">Its content.</param>
    /// <param name="shape">The shape of a batch.</param>
    public OnnxSession(byte[] file, long[] shape)
    {
        _session = new InferenceSession(file, _options);
        _binding = _session.CreateIoBinding();
        var random = new Random(1);
        _input = OrtValue.CreateTensorValueFromMemory([.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => random.NextSingle())], shape);
        _binding.BindInput("input", _input);
        _binding.BindOutputToDevice("output", OrtMemoryInfo.DefaultInstance);
    }

    /// <summary>Runs the batch a number of times.</summary>
    /// <returns>The milliseconds of one time. On Linux only those that this thread had a processor: other work does not count.</returns>
    public double Time(int times)
    {
        var start = Now();
        for (var i = 0; i < times; i++)
        {
            _session.RunWithBinding(_runOptions, _binding);
        }

        return (Now() - start) / times;
    }

    /// <summary>How many convolutions and linear layers run on integers, and how many do not.</summary>
    public static (int Integers, int Floats) Layers(byte[] file)
    {
        var path = Path.GetTempFileName();
        try
        {
            // What is done beyond this only changes how values lie in memory, and has no portable form.
            using var options = new SessionOptions { OptimizedModelFilePath = path, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED };
            using var session = new InferenceSession(file, options);
            var nodes = OnnxModel.Read(File.ReadAllBytes(path), "optimised").Graph.Nodes;
            return (nodes.Count(node => node.OpType is "QLinearConv" or "QGemm"), nodes.Count(node => node.OpType is "Conv" or "FusedConv" or "Gemm" or "FusedGemm"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    public void Dispose()
    {
        _binding.Dispose();
        _input.Dispose();
        _session.Dispose();
        _runOptions.Dispose();
        _options.Dispose();
    }

    private static double Now()
    {
        if (!OperatingSystem.IsLinux())
        {
            return System.Diagnostics.Stopwatch.GetTimestamp() * 1e3 / System.Diagnostics.Stopwatch.Frequency;
        }

        return GetTime(ThreadTime, out var time) == 0 ? (time.Seconds * 1e3) + (time.Nanoseconds / 1e6) : throw new InvalidOperationException("clock_gettime failed.");
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetTime(int clock, out Timestamp time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Timestamp(nint Seconds, nint Nanoseconds);
}
