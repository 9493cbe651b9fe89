using AbsBuildTasks.Plans.Latency;

namespace AbsBuildTasks.Plans.Tests.Infrastructure;

/// <summary>A latency table of two layers to start a test from.</summary>
internal static class SampleTable
{
    public static LatencyTable Digits { get; } = new()
    {
        Model = "digits",
        Machine = "A processor, Linux X64",
        Runtime = "Microsoft.ML.OnnxRuntime 1.31.1",
        Threads = 1,
        Batch = 1,
        Layers =
        [
            new()
            {
                Names = ["conv1", "conv2"],
                Kind = "Conv2d",
                Filters = 4,
                Inputs = 3,
                Groups = 1,
                KernelSize = 9,
                Positions = 64,
                Call = "Conv 1x3x8x8, kernel 3x3",
                FilterPoints = [2, 4],
                InputPoints = [1, 3],
                Float32 = [[100, 300], [200, 500]],
                Int8 = [[80, 120], [90, 160]],
            },
            new()
            {
                Names = ["fc"],
                Kind = "Linear",
                Filters = 10,
                Inputs = 16,
                Groups = 1,
                KernelSize = 1,
                Positions = 1,
                Call = "Gemm 1x16",
                FilterPoints = [10],
                InputPoints = [16],
                Float32 = [[70]],
                Int8 = [[60]],
            },
        ],
    };
}
