using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Worker.Running;

namespace AbsBuildTasks.Tracing.Tests;

public sealed class RequestedTimingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Two_files_are_measured_side_by_side()
    {
        var call = new LayerCall("Gemm", [1, 32], 1, [], []);
        var request = Request("file.onnx", "float.onnx");
        File.WriteAllBytes(request.File, LayerGraph.Write(call, new() { Name = "l", Kind = "Linear", Filters = 8, InputChannels = 32 }, 4, 32, isOnIntegers: false, batch: 1, copies: 1));
        File.WriteAllBytes(request.FloatFile, LayerGraph.Write(call, new() { Name = "l", Kind = "Linear", Filters = 8, InputChannels = 32 }, 8, 32, isOnIntegers: false, batch: 1, copies: 8));

        RequestedTiming.Run(request);

        var timing = FileTimingJson.TryReadFile(request.OutputFile)!;
        Assert.True(timing.Nanoseconds > 0 && timing.FloatNanoseconds > 0);
        Assert.Equal((1, 1), (timing.Threads, timing.Batch));
    }

    [Fact]
    public void A_file_that_does_not_run_is_refused_and_nothing_is_written()
    {
        var request = Request("file.onnx", "float.onnx");
        File.WriteAllBytes(request.File, [1, 2, 3]);

        Assert.Contains(Assert.Throws<AbsException>(() => RequestedTiming.Run(request)).Code, new[] { AbsCodes.NotMeasurable, AbsCodes.InvalidOnnx });
        Assert.False(File.Exists(request.OutputFile));
    }

    private TimingRequest Request(string file, string floatFile) => new()
    {
        Version = TimingRequest.CurrentVersion,
        File = Path.Combine(_folder, file),
        FloatFile = Path.Combine(_folder, floatFile),
        OutputFile = Path.Combine(_folder, "times.json"),
    };
}
