using AbsBuildTasks.Search.Data;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class NormalizationTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(40, 3, 5, 4)]
    [InlineData(40, 7)]
    public void Normalised_inputs_have_mean_0_and_deviation_1(params int[] sizes)
    {
        var shape = sizes.Select(size => (long)size).ToArray();
        _ = manual_seed(4);
        var data = new LabelledData(randn(shape).mul(3).add(5), arange(40, dtype: ScalarType.Int64));

        var normalized = data.Normalized(ChannelStatistics.Of(data));

        Assert.Equal(shape, normalized.Inputs.shape);
        Assert.True(normalized.Targets.allclose(data.Targets, 0, 0));
        var again = ChannelStatistics.Of(normalized);
        Assert.All(again.Mean, mean => Assert.Equal(0, mean, 5));
        Assert.All(again.Deviation, deviation => Assert.Equal(1, deviation, 5));
    }

    [Fact]
    public void Channels_are_normalised_by_their_own_numbers()
    {
        var data = new LabelledData(tensor(new float[] { 1, 2, 3, 4 }).reshape(2, 2), zeros([2]));
        var normalized = data.Normalized(new ChannelStatistics([1, 2], [2, 4]));
        Assert.Equal([0f, 0, 1, 0.5f], normalized.Inputs.data<float>().ToArray());
    }

    [Fact]
    public void What_cannot_be_normalised_is_refused()
    {
        var data = new LabelledData(ones([3, 2]), zeros([3]));
        _ = DamagedData.Refused(() => ChannelStatistics.Of(data), "Channel 0");
        _ = DamagedData.Refused(() => ChannelStatistics.Of(new LabelledData(full([3, 2], float.NaN), zeros([3]))), "Channel 0");
        _ = DamagedData.Refused(() => data.Normalized(new ChannelStatistics([0], [1])), "2 channels", "of 1");
        _ = DamagedData.Refused(() => new ChannelStatistics([0], [0]));
        _ = DamagedData.Refused(() => new ChannelStatistics([0, 1], [1]));
        _ = DamagedData.Refused(() => new ChannelStatistics([], []));
    }

    [Fact]
    public void Every_nth_example_is_held_out()
    {
        var data = new LabelledData(arange(7, dtype: ScalarType.Float32).reshape(7, 1), arange(7, dtype: ScalarType.Int64));
        var parts = data.HoldOut(3);
        Assert.Equal([0f, 3, 6], parts.Test.Inputs.data<float>().ToArray());
        Assert.Equal([1L, 2, 4, 5], parts.Train.Targets.data<long>().ToArray());
        _ = DamagedData.Refused(() => data.HoldOut(1), "HoldOut(every: 1) cannot split 7 examples");
    }

    [Fact]
    public void Rows_become_images()
    {
        var data = new LabelledData(arange(12, dtype: ScalarType.Float32).reshape(2, 6), zeros([2]));
        Assert.Equal([2, 1, 2, 3], data.Reshaped(1, 2, 3).Inputs.shape);
        _ = DamagedData.Refused(() => data.Reshaped(1, 2, 2), "6 values", "[1, 2, 2]");
        _ = DamagedData.Refused(() => data.Reshaped(long.MaxValue, long.MaxValue, 3));
        _ = DamagedData.Refused(() => data.Reshaped(-1));
    }
}
