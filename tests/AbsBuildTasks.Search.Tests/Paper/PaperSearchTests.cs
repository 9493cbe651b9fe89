using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Data;
using Paper;
using SkiaSharp;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Paper;

/// <summary>The paper's recipe from end to end, an epoch of each phase on a few made-up images in the real formats.</summary>
public sealed class PaperSearchTests : IDisposable
{
    private static readonly SearchSettings Recipe = new()
    {
        // Just below eight bits throughout: nearly all of the time would go into landing on a smaller one.
        Budget = new Budget(0.058),
        FilterGroup = 4,
        Optimizer = OptimizerKind.Sgd,
        WeightDecay = 1e-4,
        LearningRate = 0.01,
        SearchLearningRate = 1e-3,
        Schedule = RateSchedule.Parse("steps:1"),
        WeightNormalization = true,
        Layers = LayerRules.Parse("blocks.*.conv2:whole;blocks.*.shortcut:whole"),
        TrainEpochs = 1,
        SearchEpochs = 1,
        FineTuneEpochs = 1,
    };

    private readonly DataFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_ResNet_on_CIFAR_100()
    {
        WriteCifar("train.bin", 12, seed: 1);
        WriteCifar("test.bin", 4, seed: 2);

        Search(new ResNet20Model(), Recipe with { BatchSize = 4 });
    }

    [Theory]
    [InlineData("ResNet-18")]
    [InlineData("MobileNetV2")]
    public void A_network_for_ImageNet_on_a_folder_of_images(string name)
    {
        var seed = 1;
        foreach (var file in new[] { "train/cat/1", "train/cat/2", "train/cat/3", "train/cat/4", "train/dog/1", "train/dog/2", "train/dog/3", "train/dog/4", "val/cat/1", "val/dog/1" })
        {
            WriteImage($"data/{file}.png", seed++);
        }

        // Smaller images end as single pixels, over which a batch of four has next to no variance. Normalised
        // weights make gradients of that overflow in a network as deep as MobileNetV2.
        var settings = Recipe with { BatchSize = 4, FilterGroup = 16, LearningRate = 1e-3 };
        if (name == "ResNet-18")
        {
            Search(new ResNet18Model { Side = 64 }, settings);
        }
        else
        {
            Search(new MobileNetV2Model { Side = 64 }, settings with { Layers = LayerRules.Parse("blocks.*.project:whole;last:whole"), WeightNormalization = false });
        }
    }

    private void Search(IAbsModel model, SearchSettings settings)
    {
        var phases = new List<string>();
        var job = new SearchJob { Model = "paper", Fingerprint = new string('0', 64), Settings = settings, Context = _folder.Context(), Device = CPU };
        using var result = SearchEngine.Run(model, job, progress => phases.Add(progress.Phase), CancellationToken.None);

        Assert.Equal(["train", "baseline", "calibrate", "search", "freeze", "fine-tune", "evaluate"], phases.Distinct());
        Assert.InRange(result.Plan.Totals.RelativeBops, 0.001, 0.058);
        Assert.All([result.Plan.Layers[0], result.Plan.Layers[^1]], layer => Assert.Equal((8, 8, layer.Filters), (layer.WeightBits, layer.ActivationBits, layer.KeptFilters.Count)));
    }

    private void WriteCifar(string name, int count, int seed)
    {
        var bytes = DataFolder.Random(count * 3074, seed);
        for (var i = 0; i < count; i++)
        {
            (bytes[i * 3074], bytes[(i * 3074) + 1]) = ((byte)(i % 20), (byte)(i % 100));
        }

        _ = _folder.Write(name, bytes);
    }

    private void WriteImage(string name, int seed)
    {
        using var bitmap = new SKBitmap(40, 36);
        var random = new Random(seed);
        for (var x = 0; x < bitmap.Width; x++)
        {
            for (var y = 0; y < bitmap.Height; y++)
            {
                bitmap.SetPixel(x, y, new SKColor((uint)random.Next() | 0xff000000));
            }
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        _ = _folder.Write(name, data.ToArray());
    }
}
