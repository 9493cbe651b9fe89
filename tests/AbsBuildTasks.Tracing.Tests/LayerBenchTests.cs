using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport;
using AbsBuildTasks.Search.Profiling;
using AbsBuildTasks.Worker.Timing;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Measures for real, and looks at all but how long it took: that is the machine's matter.</summary>
public class LayerBenchTests
{
    private static readonly ProjectRuntime Runtime = ProjectRuntime.Load();

    [Fact]
    public void A_layer_is_measured_at_all_its_points_in_both_forms()
    {
        var shape = new LayerShape { Name = "c", Kind = "Conv2d", Filters = 16, InputChannels = 8, KernelSize = 9, Positions = 36, HasBias = true };
        var call = new LayerCall("Conv", [1, 8, 8, 8], 1, [3, 3], []);

        var layer = new LayerBench(Runtime, threads: 1, batch: 1, rounds: 3).Measure(new(shape, [call, call]), ["c", "d"]);
        var table = new LatencyTable { Model = "m", Machine = Machine.Name, Runtime = Runtime.Name, Threads = 1, Batch = 1, Layers = [layer] };

        // What is written can be read, and serves a search.
        var read = LatencyJson.Read(LatencyJson.Write(table), "t.json");
        Assert.Equal([4, 8, 12, 16], read.Layers[0].FilterPoints);
        Assert.Equal([2, 4, 8], read.Layers[0].InputPoints);
        Assert.Equal("Conv 1x8x8x8, kernel 3x3 + Conv 1x8x8x8, kernel 3x3", read.Layers[0].Call);
        Assert.True(read.TimesOf(shape with { Name = "d" }).Of(CompressedLayer.Whole(shape)) > 0);
        Assert.Matches(@"^Microsoft\.ML\.OnnxRuntime \d+\.\d+\.\d+$", read.Runtime);
    }

    [Theory]
    [InlineData(1, 28, 5, 1, 0)]
    [InlineData(3, 32, 3, 2, 1)]
    [InlineData(2, 12, 3, 1, 1)]
    public void A_layer_of_few_channels_is_measured_in_the_blocks_of_the_file_and_computes_the_same(int channels, int side, int kernel, int stride, int padding)
    {
        var call = new LayerCall("Conv", [1, channels, side, side], 1, [kernel, kernel], [("strides", [stride, stride]), ("pads", [padding, padding, padding, padding])]);
        var shape = new LayerShape { Name = "c", Kind = "Conv2d", Filters = 8, InputChannels = channels, KernelSize = kernel * kernel, HasBias = true };
        var (plain, blocks, floats) = (Write(1, isOnIntegers: true), Write(4, isOnIntegers: true), Write(4, isOnIntegers: false));

        Assert.DoesNotContain("Reshape", Operators(plain));
        Assert.DoesNotContain("Reshape", Operators(floats));
        Assert.Contains("Reshape", Operators(blocks));
        Assert.Equal(Run(plain), Run(blocks));
        Assert.Equal(Write(1, isOnIntegers: false), floats);

        byte[] Write(int inputMultiple, bool isOnIntegers) => LayerGraph.Write(call, shape, 8, channels, isOnIntegers, batch: 2, copies: 2, inputMultiple);

        IEnumerable<string> Operators(byte[] file) => OnnxModel.Read(file, "file").Graph.Nodes.Select(node => node.OpType);

        byte[] Run(byte[] file)
        {
            var values = new byte[2 * channels * side * side];
            new Random(1).NextBytes(values);
            using var session = new InferenceSession(file);
            using var results = session.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<byte>(values, [2, channels, side, side]))]);
            var bytes = results.SelectMany(result => result.AsEnumerable<byte>()).ToArray();
            Assert.True(bytes.Distinct().Count() > 10);
            return bytes;
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Runs_on_threads_are_measured_by_the_clock(int threads)
    {
        var call = new LayerCall("Gemm", [1, 32], 1, [], []);
        using var session = Runtime.Open(LayerGraph.Write(call, new() { Name = "l", Kind = "Linear", Filters = 8, InputChannels = 32 }, 8, 32, isOnIntegers: false, batch: 4, copies: 2), threads, batch: 4);

        Assert.True(new Race(new RunClock(threads == 1), rounds: 3).Of([session.Run])[0].Median > 0);
    }

    [Fact]
    public void What_the_runtime_refuses_is_told_in_its_words()
    {
        var transposed = new LayerCall("Conv", [1, 8, 1, 1], 1, [3, 3], []);
        var shape = new LayerShape { Name = "c", Kind = "Conv2d", Filters = 4, InputChannels = 8, KernelSize = 9 };

        var error = Assert.Throws<AbsException>(() => Runtime.Open([1, 2, 3], threads: 1, batch: 1));

        Assert.Contains(error.Code, new[] { AbsCodes.NotMeasurable, AbsCodes.InvalidOnnx });
        error = Assert.Throws<AbsException>(() => new LayerBench(Runtime, 1, 1, rounds: 1).Measure(new(shape, [transposed]), ["c"]));
        Assert.Equal(AbsCodes.NotMeasurable, error.Code);
    }

    [Fact]
    public void Medians_and_their_noise_are_those_of_the_rounds()
    {
        var time = RaceTime.Of([5, 1, 100, 3, 4]);

        Assert.Equal(4, time.Median);
        Assert.Equal((5 - 3) / 2.0 / Math.Sqrt(5), time.Noise, 1e-12);
    }

    [Fact]
    public void Runs_take_turns_and_each_has_all_rounds()
    {
        var counts = new int[2];

        _ = new Race(new RunClock(isAlone: true), rounds: 4).Of([() => Work(0), () => Work(1)]);

        Assert.All(counts, count => Assert.True(count >= 4 + 4));

        void Work(int run)
        {
            counts[run]++;
            Thread.SpinWait(20_000);
        }
    }
}
