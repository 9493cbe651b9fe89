using AbsBuildTasks.Search.Data;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Data;

public class BatchesTests
{
    private static readonly LabelledData Data = new(arange(23, dtype: ScalarType.Float32).reshape(23, 1), arange(23, dtype: ScalarType.Int64));

    [Fact]
    public void The_order_depends_on_seed_and_epoch_alone()
    {
        Assert.Equal(Order(1, 0), Order(1, 0));
        Assert.NotEqual(Order(1, 0), Order(1, 1));
        Assert.NotEqual(Order(1, 0), Order(2, 0));
        Assert.Equal(Enumerable.Range(0, 23).Select(i => (float)i), Order(1, 0).Order());
    }

    [Fact]
    public void Inputs_stay_with_their_targets()
    {
        using var scope = NewDisposeScope();
        foreach (var batch in Batches.Shuffled(Data, 5, 1, 0))
        {
            Assert.Equal(batch.Inputs[0].flatten().data<float>().ToArray(), batch.Targets[0].data<long>().ToArray().Select(label => (float)label));
        }
    }

    [Fact]
    public void A_last_batch_of_one_example_is_left_out_of_training_but_not_of_evaluation()
    {
        Assert.Equal([11, 11], Batches.Shuffled(Data, 11, 1, 0).Select(batch => batch.Count).ToArray());
        Assert.Equal([11, 11, 1], Batches.InOrder(Data, 11).Select(batch => batch.Count).ToArray());
    }

    [Theory]
    [InlineData(23, 1, 23)]
    [InlineData(23, 11, 2)]
    [InlineData(23, 5, 5)]
    [InlineData(23, 23, 1)]
    [InlineData(23, 40, 1)]
    [InlineData(1, 8, 1)]
    public void The_number_of_batches_is_known_before(int examples, int batchSize, int expected)
    {
        using var scope = NewDisposeScope();
        var data = new LabelledData(zeros([examples, 2]), zeros([examples]));

        Assert.Equal(expected, Batches.Count(data, batchSize));
        Assert.Equal(expected, Batches.Shuffled(data, batchSize, 1, 0).Count());
        Assert.Equal(expected - 1, Batches.Shuffled(data, batchSize, 1, 0, skip: 1).Count());
    }

    private static float[] Order(int seed, int epoch) =>
        [.. Batches.Shuffled(Data, 5, seed, epoch).SelectMany(batch => batch.Inputs[0].flatten().data<float>().ToArray())];
}
