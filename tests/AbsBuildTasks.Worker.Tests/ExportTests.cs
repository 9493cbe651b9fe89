using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Worker.Tests;

public sealed class ExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abs-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_worker_writes_a_plan_as_ONNX_and_the_same_bytes_each_time()
    {
        _ = WorkerRun.Result(_folder, WorkerRun.ShortSearch);

        var first = Export();
        var second = Export();

        Assert.Equal(first, second);
        var graph = OnnxModel.Read(first, "stripes.onnx").Graph;
        Assert.Equal(["Conv", "Conv", "Gemm"], graph.Nodes.Select(node => node.OpType).Where(type => type is "Conv" or "Gemm" or "BatchNormalization"));
        Assert.Equal(new OnnxDim(null, "N"), Assert.Single(graph.Inputs).Dims![0]);
        Assert.Equal([new(null, "N"), new OnnxDim(4)], Assert.Single(graph.Outputs).Dims!);
    }

    [Fact]
    public void What_a_network_does_that_ONNX_cannot_say_is_named_with_its_line()
    {
        _ = WorkerRun.Result(_folder, WorkerRun.ShortSearch);
        using var worker = WorkerRun.StartExport(_folder, typeof(ReadingModel));

        _ = worker.ToEnd();

        var error = Assert.IsType<ErrorEvent>(worker.Events[^1]);
        Assert.Equal(AbsCodes.NotExportable, error.Code);
        Assert.Matches(@"^The network cannot be written as ONNX: \w+ \(ReadingModel\.Forward, ReadingModel\.cs:\d+\) reads values", error.Text);
        Assert.False(File.Exists(Path.Combine(_folder, "out", "stripes.onnx")));
    }

    [Fact]
    public void Whether_a_network_can_be_written_is_known_without_weights()
    {
        using var writable = WorkerRun.StartExport(_folder, typeof(StripesModel), hasWeights: false);
        _ = writable.ToEnd();
        using var refused = WorkerRun.StartExport(_folder, typeof(ReadingModel), hasWeights: false);
        _ = refused.ToEnd();

        // A search that follows says all else.
        Assert.Equal([new DoneEvent()], writable.Events);
        Assert.Equal(AbsCodes.NotExportable, Assert.IsType<ErrorEvent>(Assert.Single(refused.Events)).Code);
    }

    private byte[] Export()
    {
        using var worker = WorkerRun.StartExport(_folder, typeof(StripesModel));
        var errors = worker.ToEnd();
        Assert.True(worker.ExitCode == 0, string.Join('\n', worker.Events) + errors);
        Assert.Contains(worker.Events.OfType<MessageEvent>(), message => message.Text.StartsWith("the ONNX file has a top-1 of ", StringComparison.Ordinal));
        var file = Path.Combine(_folder, "out", "stripes.onnx");
        var record = OnnxRecordJson.ReadFile(file + ".json");
        Assert.Equal(("top-1", 3, new FileInfo(file).Length), (record.MetricName, record.Layers, record.FileBytes));
        return File.ReadAllBytes(file);
    }
}
