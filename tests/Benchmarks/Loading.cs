using System.Diagnostics;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Data;
using FashionMnist;
using Paper;
using SkiaSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>What it takes to shuffle, gather, decode and augment batches, beside the training step that waits for them.</summary>
internal static class Loading
{
    private const int Examples = 20_000;
    private const int Images = 2_000;
    private const int Side = 64;

    private static readonly Augmentation FlipAndCrop = new() { HorizontalFlip = true, CropPadding = 4 };

    public static void Compare(int steps)
    {
        Console.WriteLine($"{"data",-44}{"batch ms",10}{"step ms",10}{"share",8}");
        Row("LeNet-5, batch 128, 1×28×28", () => new LeNet5(), () => Noise([1, 28, 28], 10), 128, null, steps);
        Row("ResNet-20, batch 64, 3×32×32, flip and crop", NewResNet, () => Noise([3, 32, 32], 100), 64, FlipAndCrop, steps);

        var root = Directory.CreateTempSubdirectory("abs-loading-").FullName;
        try
        {
            WriteImages(root);
            var folder = ImageFolder.Open(new ModelContext(root, Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)), "images");
            var format = new ImageFormat(Side, Side);
            Row($"ResNet-20, batch 64, 3×{Side}×{Side}, JPEG, Read", NewResNet, () => folder.Read(format), 64, FlipAndCrop, steps);
            Row($"ResNet-20, batch 64, 3×{Side}×{Side}, JPEG, Stream", NewResNet, () => folder.Stream(format), 64, FlipAndCrop, steps);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static ResNet NewResNet() => ResNet.Small(20, channels: 3, classes: 100);

    private static LabelledData Noise(long[] shape, int classes) => new(rand([Examples, .. shape]), randint(classes, [Examples]));

    private static void WriteImages(string root)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "images", "noise")).FullName;
        var random = new Random(1);
        using var bitmap = new SKBitmap(Side, Side);
        for (var i = 0; i < Images; i++)
        {
            bitmap.Pixels = [.. Enumerable.Range(0, Side * Side).Select(_ => new SKColor((uint)random.Next() | 0xFF000000))];
            using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
            File.WriteAllBytes(Path.Combine(folder, $"{i:0000}.jpg"), data.ToArray());
        }
    }

    private static void Row(string name, Func<Module<Tensor, Tensor>> create, Func<LabelledData> read, int batchSize, Augmentation? augmentation, int steps)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(1);
        var (network, data) = (create(), read());
        var (loading, stepping) = (new List<double>(), new List<double>());
        network.train();
        var optimizer = optim.Adam(network.parameters());
        var start = Stopwatch.GetTimestamp();
        foreach (var batch in Batches.Shuffled(data, batchSize, seed: 1, epoch: 0, augmentation).Take(steps + 1))
        {
            loading.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            Contender.ClearGradients(network);
            functional.cross_entropy(network.call(batch.Inputs[0]), batch.Targets[0]).backward();
            _ = optimizer.step();
            stepping.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
        }

        // The first waits for the epoch's shuffling, and for code to be compiled.
        var (load, step) = (loading.Skip(1).Average(), stepping.Skip(1).Average());
        Console.WriteLine(FormattableString.Invariant($"{name,-44}{load,10:0.00}{step,10:0.0}{load / step,8:0.0%}"));
    }
}
