using AbsBuildTasks.Search.Checkpoints;
using FsCheck.Xunit;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Checkpoints;

public class StateStreamTests
{
    public static TheoryData<ScalarType> Types => [ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool];

    [Property]
    public bool What_is_written_is_read(long integer, double number, bool flag, string? text)
    {
        // Half a character is no text.
        text = new string([.. (text ?? "").Where(character => !char.IsSurrogate(character))]);
        var content = Write(state =>
        {
            _ = state.Integer(integer, long.MinValue, long.MaxValue);
            _ = state.Number(number);
            _ = state.Flag(flag);
            _ = state.Text(text);
            _ = state.Choice(flag ? "a" : "b", ["a", "b"]);
        });

        using var read = Read(content);
        var same = read.Integer(0, long.MinValue, long.MaxValue) == integer
            && BitConverter.DoubleToInt64Bits(read.Number(0)) == BitConverter.DoubleToInt64Bits(number)
            && read.Flag(!flag) == flag
            && read.Text("other") == text
            && read.Choice("a", ["a", "b"]) == (flag ? "a" : "b");
        read.End();
        return same;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 16) - 1)]
    [InlineData(1 << 17)]
    [InlineData(200_000)]
    public void Bytes_are_written_behind_their_number_and_read_again(int count)
    {
        byte[] expected = [.. Enumerable.Range(0, count).Select(i => (byte)(i % 251))];
        var bytes = new ChunkedBytes();
        bytes.Append(expected);

        var content = Write(state => state.Data(bytes));

        Assert.Equal([.. BitConverter.GetBytes((long)count), .. expected], content);
        var others = new ChunkedBytes(chunkBytes: 1000);
        using var read = Read(content);
        read.Data(others);
        read.End();
        var actual = new byte[count];
        Assert.Equal((count, count), (others.Length, others.Read(0, actual)));
        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Tensors_of_all_types_keep_their_bits(ScalarType type)
    {
        using var scope = NewDisposeScope();
        foreach (var shape in new long[][] { [], [0], [1], [3, 5], [2, 3, 4] })
        {
            var tensor = randint(0, 100, shape).to(type);
            var content = Write(state => state.Values(tensor));
            var other = zeros(shape, type);
            using var read = Read(content);
            read.Values(other);
            read.End();
            Assert.True(tensor.equal(other).all().item<bool>());
        }
    }

    [Fact]
    public void A_tensor_that_is_not_dense_is_kept_too()
    {
        using var scope = NewDisposeScope();
        var tensor = arange(12, ScalarType.Float32).reshape(3, 4);
        var other = zeros(4, 3);
        using var read = Read(Write(state => state.Values(tensor.t())));
        read.Values(other.t().t());

        Assert.True(other.equal(tensor.t()).all().item<bool>());
    }

    [Fact]
    public void A_parameter_stays_a_leaf_with_its_gradient()
    {
        using var scope = NewDisposeScope();
        using var parameter = new TorchSharp.Modules.Parameter(zeros(3));
        using var read = Read(Write(state => state.Values(ones(3))));
        read.Values(parameter);

        Assert.True(parameter.is_leaf && parameter.requires_grad);
        Assert.Equal([1, 1, 1], parameter.data<float>().ToArray());
    }

    [Fact]
    public void Every_truncation_ends_early()
    {
        using var scope = NewDisposeScope();
        var content = Write(Some);
        for (var length = 0; length < content.Length; length++)
        {
            using var read = Read(content[..length]);
            Assert.Throws<CheckpointException>(() => Some(read));
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var scope = NewDisposeScope();
        Refused(state => state.Integer(4, 0, 9), state => state.Integer(0, 0, 3));
        Refused(state => state.Integer(-1, -1, 9), state => state.Integer(0, 0, 3));
        Refused(state => state.Integer(2, 0, 9), state => _ = state.Flag(true));
        Refused(state => state.Integer(3, 0, 9), state => _ = state.Choice(1, [1, 2, 3]));
        Refused(state => state.Name("conv1"), state => state.Name("conv2"));
        Refused(state => state.Values(zeros(3)), state => state.Values(zeros(4)));
        Refused(state => state.Values(zeros(3)), state => state.Values(zeros(3, 1)));
        Refused(state => state.Values(zeros(3)), state => state.Values(zeros(3, ScalarType.Float64)));
        Refused(state => state.Values(zeros(3)), state => state.Values(zeros(3, ScalarType.Int32)));
        Refused(state => state.Flag(true), state => state.End());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_text_or_bytes_longer_than_the_file_take_no_memory(bool isText)
    {
        using var read = Read(Write(state => state.Integer(1 << 24, 0, int.MaxValue)));
        var bytes = new ChunkedBytes();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<CheckpointException>(() =>
        {
            if (isText)
            {
                _ = read.Text("");
            }
            else
            {
                read.Data(bytes);
            }
        });

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static void Some(StateStream state)
    {
        _ = state.Integer(7, 0, 9);
        _ = state.Text("text");
        state.Values(zeros(2, 2));
    }

    private static void Refused(Action<StateStream> write, Action<StateStream> read)
    {
        using var state = Read(Write(write));
        Assert.Throws<CheckpointException>(() => read(state));
    }

    private static byte[] Write(Action<StateStream> write)
    {
        using var stream = new MemoryStream();
        write(new StateStream(stream));
        return stream.ToArray();
    }

    private static StateStream Read(byte[] content) => new(new MemoryStream(content), content.Length);
}
