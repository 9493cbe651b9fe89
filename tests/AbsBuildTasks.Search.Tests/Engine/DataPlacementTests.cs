using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Native;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>Torch's meta device stands for a GPU: it holds shapes and no values.</summary>
public sealed class DataPlacementTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly ModelData _data = new(Examples(10), Examples(6));
    private readonly List<string> _told = [];

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Data_that_fit_are_moved_once()
    {
        var asked = new List<long>();
        var placed = DataPlacement.Of(_data, META, Asked, _told.Add);

        Assert.Equal("meta", placed.Train.Inputs.device.ToString());
        Assert.Equal("meta", placed.Test.Targets.device.ToString());
        Assert.Equal([2 * 16 * ((3 * 4) + 8)], asked);
        Assert.Empty(_told);

        bool Asked(Device device, long bytes)
        {
            asked.Add(bytes);
            return true;
        }
    }

    [Fact]
    public void Data_that_do_not_fit_are_moved_batch_by_batch()
    {
        var placed = DataPlacement.Of(_data, META, (_, _) => false, _told.Add);

        Assert.Equal("cpu", placed.Train.Inputs.device.ToString());
        Assert.StartsWith("the data, 0.0 GB, take more than half of the memory that meta has free", Assert.Single(_told), StringComparison.Ordinal);
        foreach (var batch in Batches.Shuffled(placed.Train, 4, 1, 0))
        {
            Assert.All(batch.Inputs.Concat(batch.Targets), tensor => Assert.Equal("meta", tensor.device.ToString()));
            Assert.Equal([batch.Count, 3], batch.Inputs[0].shape);
        }
    }

    [Fact]
    public void On_the_processor_data_stay_where_they_are()
    {
        var placed = DataPlacement.Of(_data, CPU, (_, _) => throw new InvalidOperationException(), _told.Add);

        Assert.True(placed.Train.Inputs.equal(_data.Train.Inputs).all().item<bool>());
        Assert.Empty(_told);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1L << 50, false)]
    public void Room_is_found_out_by_asking_for_it(long bytes, bool expected) => Assert.Equal(expected, DeviceMemory.HasRoom(CPU, bytes));

    private static LabelledData Examples(int count) => new(rand([count, 3]), arange(count, dtype: ScalarType.Int64));
}
