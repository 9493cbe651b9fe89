using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Checkpoints;

/// <summary>What a checkpoint leaves out, as a run that goes on has it anyway.</summary>
public class StartingValuesTests
{
    private const int FrozenBytes = 64 * 64 * sizeof(float);

    [Fact]
    public void Frozen_weights_as_they_were_are_left_out()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        var start = StartingValues.Of(network);
        Change(network, "trained.weight");

        var bytes = Write(network, start);

        Assert.InRange(Write(network, null).Length - bytes.Length, FrozenBytes - 200, FrozenBytes);
        using var fresh = Network();
        Read(bytes, fresh);
        AssertSame(network, fresh);
    }

    [Fact]
    public void Frozen_weights_that_the_network_itself_has_changed_are_kept()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        var start = StartingValues.Of(network);
        Change(network, "frozen.weight");

        using var fresh = Network();
        Read(Write(network, start), fresh);

        AssertSame(network, fresh);
    }

    [Fact]
    public void Another_start_is_refused()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        var bytes = Write(network, StartingValues.Of(network));
        using var other = Network();
        Change(other, "frozen.weight");

        Assert.Contains("frozen.weight", Assert.Throws<CheckpointException>(() => Read(bytes, other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_with_two_names_are_kept_once()
    {
        using var scope = NewDisposeScope();
        var layer = Linear(64, 64);
        using var network = new FunctionNetwork(layer.call, ("one", layer), ("other", layer));

        Assert.InRange(Write(network, null).Length, FrozenBytes, FrozenBytes + 1000);
    }

    [Theory]
    [InlineData(0f, 200)]
    [InlineData(-0f, 400_200)]
    public void Zeros_take_no_room_and_come_back_to_the_bit(float value, int most)
    {
        using var scope = NewDisposeScope();
        var stream = new MemoryStream();
        new StateStream(stream).Values(full([100, 1000], value));
        Assert.InRange(stream.Length, 1, most);

        var read = ones(100, 1000);
        stream.Position = 0;
        new StateStream(stream, stream.Length).Values(read);

        Assert.All(read.data<float>(), number => Assert.Equal(BitConverter.SingleToInt32Bits(value), BitConverter.SingleToInt32Bits(number)));
    }

    private static FunctionNetwork Network()
    {
        _ = manual_seed(4);
        var (frozen, trained) = (Linear(64, 64, hasBias: false), Linear(64, 4));
        frozen.weight!.requires_grad = false;
        return new FunctionNetwork(x => trained.call(frozen.call(x)), ("frozen", frozen), ("trained", trained));
    }

    private static void Change(Module network, string name)
    {
        using var noGradient = no_grad();
        _ = network.get_parameter(name)!.add_(1);
    }

    private static byte[] Write(Module network, StartingValues? start)
    {
        var stream = new MemoryStream();
        ModuleState.Exchange(new StateStream(stream) { Start = start }, network);
        return stream.ToArray();
    }

    private static void Read(byte[] bytes, Module network)
    {
        var state = new StateStream(new MemoryStream(bytes), bytes.Length);
        ModuleState.Exchange(state, network);
        state.End();
    }

    private static void AssertSame(Module one, Module other) =>
        Assert.All(one.state_dict().Zip(other.state_dict()), pair => Assert.True(pair.First.Value.equal(pair.Second.Value).all().item<bool>(), pair.First.Key));
}
