using AbsBuildTasks.Search.Data;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class AugmentationTests : IDisposable
{
    private static readonly Augmentation Both = new() { HorizontalFlip = true, CropPadding = 2 };

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly LabelledData _data = new(arange(1, 1 + (50 * 2 * 5 * 4), dtype: ScalarType.Float32).reshape(50, 2, 5, 4), arange(50, dtype: ScalarType.Int64));

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Mirroring_twice_changes_nothing_and_once_reverses_the_rows()
    {
        var images = _data.Inputs;
        var flips = Enumerable.Repeat(new ImageMove(true, 0, 0), 50).ToArray();
        var once = ImageMove.Apply(images, flips, 0);
        Assert.True(once.allclose(images.flip(3), 0, 0));
        Assert.True(ImageMove.Apply(once, flips, 0).allclose(images, 0, 0));
    }

    [Fact]
    public void A_crop_in_the_middle_changes_nothing_and_another_moves_zeros_in()
    {
        var images = _data.Inputs[TensorIndex.Slice(0, 1)];
        Assert.True(ImageMove.Apply(images, [new(false, 2, 2)], 2).allclose(images, 0, 0));

        var moved = ImageMove.Apply(images, [new(false, 0, 3)], 2);
        Assert.True(moved[0, TensorIndex.Colon, TensorIndex.Slice(2, 5), TensorIndex.Slice(0, 3)].allclose(images[0, TensorIndex.Colon, TensorIndex.Slice(0, 3), TensorIndex.Slice(1, 4)], 0, 0));
        Assert.Equal(0f, moved[0, TensorIndex.Colon, TensorIndex.Slice(0, 2)].abs().sum().item<float>());
        Assert.Equal(0f, moved[0, TensorIndex.Colon, TensorIndex.Colon, 3].abs().sum().item<float>());
    }

    [Fact]
    public void An_example_changes_the_same_way_whatever_the_batch_size()
    {
        var single = Epoch(7, 3, batchSize: 2);
        foreach (var batchSize in new[] { 5, 8, 50 })
        {
            Assert.Equal(single, Epoch(7, 3, batchSize));
        }
    }

    [Fact]
    public void Seed_and_epoch_decide()
    {
        Assert.Equal(Epoch(7, 3), Epoch(7, 3));
        Assert.NotEqual(Epoch(7, 3), Epoch(7, 4));
        Assert.NotEqual(Epoch(7, 3), Epoch(8, 3));
        Assert.NotEqual(Epoch(0, 1), Epoch(1, 0));
    }

    [Fact]
    public void All_moves_are_equally_likely()
    {
        var moves = Enumerable.Range(0, 50_000).Select(index => ImageMove.Draw(Both, 3, index % 10, index / 10)).CountBy(move => move).ToArray();
        Assert.Equal(2 * 5 * 5, moves.Length);
        Assert.All(moves, move => Assert.InRange(move.Value, 850, 1_150));
        Assert.All(moves, move => Assert.InRange(move.Key.Top, 0, 4));
    }

    [Fact]
    public void Without_augmentation_and_outside_training_nothing_changes()
    {
        Assert.Equal(Epoch(1, 0, augmentation: new Augmentation()), Epoch(1, 0, noAugmentation: true));
        Assert.All(Batches.InOrder(_data, 50), batch => Assert.True(batch.Inputs[0].allclose(_data.Inputs, 0, 0)));
    }

    [Fact]
    public void What_cannot_be_augmented_is_refused()
    {
        var table = new LabelledData(zeros([3, 4]), zeros([3]));
        _ = DamagedData.Refused(() => Batches.Shuffled(table, 2, 0, 0, Both), "[3, 4]", "[N, C, H, W]");
        _ = DamagedData.Refused(() => Batches.Shuffled(_data, 2, 0, 0, new Augmentation { CropPadding = 4 }), "CropPadding=4", "4×5");
        _ = DamagedData.Refused(() => Batches.Shuffled(_data, 2, 0, 0, new Augmentation { CropPadding = -1 }), "CropPadding=-1");
    }

    /// <summary>The pixels of all examples of an epoch, by their index.</summary>
    private float[] Epoch(int seed, int epoch, int batchSize = 10, Augmentation? augmentation = null, bool noAugmentation = false)
    {
        var images = new float[50][];
        foreach (var batch in Batches.Shuffled(_data, batchSize, seed, epoch, noAugmentation ? null : augmentation ?? Both))
        {
            foreach (var (label, i) in batch.Targets[0].data<long>().ToArray().Select((label, i) => (label, i)))
            {
                images[label] = batch.Inputs[0][i].contiguous().data<float>().ToArray();
            }
        }

        return [.. images.SelectMany(image => image)];
    }
}
