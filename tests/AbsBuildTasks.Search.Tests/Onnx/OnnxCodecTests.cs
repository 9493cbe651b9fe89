using System.Runtime.InteropServices;
using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Onnx;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Onnx;

/// <summary>What is written is read as it was, and what is damaged is refused.</summary>
public sealed class OnnxCodecTests
{
    [Fact]
    public void Models_are_read_as_they_were_written()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var model = RandomModels.Make(seed);
            var bytes = model.ToBytes();
            Assert.Equal(bytes, RandomModels.Make(seed).ToBytes());

            var read = OnnxModel.Read(bytes, "m.onnx");

            Assert.Equivalent(Shown(model), Shown(read), strict: true);
            Assert.Equal(bytes, read.ToBytes());
        }
    }

    [Fact]
    public void Known_bytes_are_read_and_written()
    {
        // An initializer of two floats, from the description of the format.
        byte[] bytes = [0x08, 8, 0x3A, 0x19, 0x0A, 0x07, 0x12, 1, (byte)'y', 0x22, 2, (byte)'O', (byte)'p', 0x2A, 0x0E, 0x08, 2, 0x10, 1, 0x4A, 8, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0x42, 2, 0x10, 17];
        var model = OnnxModel.Read(bytes, "m.onnx");

        Assert.Equal(8, model.IrVersion);
        Assert.Equal(new OnnxOpset("", 17), Assert.Single(model.Opsets));
        Assert.Equal("Op", Assert.Single(model.Graph.Nodes).OpType);
        var tensor = Assert.Single(model.Graph.Initializers);
        Assert.Equal([1f, -2f], MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray());
        Assert.Equal(bytes, model.ToBytes());
    }

    [Fact]
    public void A_file_that_is_cut_short_is_refused_or_is_a_shorter_file()
    {
        var bytes = RandomModels.Make(11).ToBytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            if (Refusal(bytes[..length]) is null)
            {
                Assert.NotEqual(bytes, OnnxModel.Read(bytes.AsMemory(0, length), "m.onnx").ToBytes());
            }
        }
    }

    [Fact]
    public void Changed_bytes_end_in_a_refusal_or_a_model()
    {
        var refused = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var bytes = RandomModels.Make(seed).ToBytes();
            var random = new Random(seed);
            for (var round = 0; round < 100; round++)
            {
                var changed = (byte[])bytes.Clone();
                for (var count = random.Next(1, 4); count > 0; count--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                refused += Refusal(changed) is null ? 0 : 1;
            }
        }

        Assert.InRange(refused, 1, 3999);
    }

    [Theory]
    [InlineData("", "the version of the format is not stated")]
    [InlineData("08 08", "there is no graph")]
    [InlineData("08", "1 bytes should follow, but there are 0")]
    [InlineData("08 08 3A FF FF FF FF 07 00", "2147483647 bytes should follow, but there are 1")]
    [InlineData("08 08 3A FF FF FF FF FF FF FF FF FF 01 00", "18446744073709551615 bytes should follow, but there are 1")]
    [InlineData("08 FF FF FF FF FF FF FF FF FF 02", "a whole number has more than 64 bits")]
    [InlineData("08 80 80 80 80 80 80 80 80 80 80 80 01", "a whole number has more than 64 bits")]
    [InlineData("0A 00", "field 1 has wire type 2 instead of 0")]
    [InlineData("38 00", "field 7 has wire type 0 instead of 2")]
    [InlineData("00 00", "field number 0 does not exist")]
    [InlineData("A3 06 A4 06", "field 100 has wire type 3, which is not in use")]
    [InlineData("A7 06", "field 100 has wire type 7, which is not in use")]
    [InlineData("12 01 FF", "a text is not UTF-8")]
    [InlineData("08 08 3A 00 3A 00", "a second graph begins")]
    public void What_is_not_of_the_format_is_refused(string hex, string problem) => Assert.Contains(problem, Refusal(Hex(hex)), StringComparison.Ordinal);

    [Theory]
    [InlineData("08 02 10 01 4A 04 00 00 00 00", "a tensor of shape [2] and float takes 8 bytes, but has 4")]
    [InlineData("08 FF FF FF FF 07 10 01", "a tensor of shape [2147483647] and float takes 8589934588 bytes, but has 0")]
    [InlineData("08 80 80 80 80 08 08 80 80 80 80 08 10 01", "a tensor of shape [2147483648, 2147483648] cannot be")]
    [InlineData("08 00 08 80 80 80 80 08 08 80 80 80 80 08 10 01", "cannot be")]
    [InlineData("08 FF FF FF FF FF FF FF FF FF 01 10 01", "a tensor of shape [-1] cannot be")]
    [InlineData("08 01 10 01 22 04 00 00 00 00 4A 04 00 00 00 00", "takes 4 bytes")]
    [InlineData("08 01 10 01 22 03 00 00 00", "4 bytes should follow, but there are 3")]
    [InlineData("08 01 10 01 1A 00", "in segments")]
    [InlineData("08 01 10 01 70 01", "external data")]
    [InlineData("08 01 10 01 6A 00", "external data")]
    public void A_tensor_that_cannot_be_is_refused(string hex, string problem) =>
        Assert.Contains(problem, Refusal(Model(Hex(hex))), StringComparison.Ordinal);

    [Fact]
    public void A_tensor_of_too_many_sizes_is_refused() =>
        Assert.Contains("cannot be", Refusal(Model([.. Enumerable.Repeat<byte[]>([0x08, 1], 33).SelectMany(dim => dim), 0x10, 1])), StringComparison.Ordinal);

    [Theory]
    [InlineData("08 02 10 01 22 08 00 00 80 3F 00 00 00 C0", "0000803F000000C0")]
    [InlineData("08 02 10 01 25 00 00 80 3F 25 00 00 00 C0", "0000803F000000C0")]
    [InlineData("08 01 10 0B 52 08 00 00 00 00 00 00 F0 3F", "000000000000F03F")]
    [InlineData("08 02 10 07 3A 0B 05 FF FF FF FF FF FF FF FF FF 01", "0500000000000000FFFFFFFFFFFFFFFF")]
    [InlineData("08 02 10 06 2A 02 05 07", "0500000007000000")]
    [InlineData("08 02 10 06 28 05 28 07", "0500000007000000")]
    [InlineData("08 02 10 0A 2A 05 80 78 80 80 02", "003C0080")]
    [InlineData("08 02 10 03 2A 0B 05 FF FF FF FF FF FF FF FF FF 01", "05FF")]
    [InlineData("08 03 10 16 2A 02 21 03", "2103")]
    [InlineData("08 01 10 0C 5A 05 FF FF FF FF 0F", "FFFFFFFF")]
    [InlineData("10 01 22 04 00 00 80 3F", "0000803F")]
    public void Numbers_in_fields_of_their_type_become_bytes(string hex, string data)
    {
        Assert.Equal(data, Convert.ToHexString(Assert.Single(OnnxModel.Read(Model(Hex(hex)), "m.onnx").Graph.Initializers).Data.Span));
    }

    [Fact]
    public void Fields_that_are_not_known_are_skipped()
    {
        byte[] unknown = [.. Hex("A0 06 05"), .. Hex("A1 06 00 00 00 00 00 00 00 00"), .. Hex("A5 06 00 00 00 00"), .. Hex("A2 06 02 FF FF")];
        var bytes = RandomModels.Make(3).ToBytes();

        Assert.Equal(bytes, OnnxModel.Read((byte[])[.. unknown, .. bytes, .. unknown], "m.onnx").ToBytes());
    }

    [Fact]
    public void A_subgraph_and_bytes_are_known_by_their_kind_alone()
    {
        byte[] node = [.. Message(5, [.. Message(1, "g"u8), .. Message(6, Hex("FF FF")), 0xA0, 1, 5]), .. Message(5, [.. Message(4, Hex("FF FE")), 0xA0, 1, 3])];

        var attributes = Assert.Single(OnnxModel.Read((byte[])[8, 8, .. Message(7, Message(1, node))], "m.onnx").Graph.Nodes).Attributes;

        Assert.Equal(["a graph", "bytes"], attributes.Select(attribute => Assert.IsType<OnnxUnsupported>(attribute.Value).Kind));
        Assert.Throws<InvalidOperationException>(() => attributes[0].Write(new ProtoWriter()));
    }

    [Theory]
    [InlineData("A0 01 0F", "is of kind 15, which does not exist")]
    [InlineData("A0 01 00", "is of kind 0, which does not exist")]
    [InlineData("0A 01 61", "attribute 'a' is of kind 0")]
    [InlineData("A0 01 04", "has no tensor")]
    public void An_attribute_of_no_kind_is_refused(string hex, string problem) =>
        Assert.Contains(problem, Refusal([8, 8, .. Message(7, Message(1, Message(5, Hex(hex))))]), StringComparison.Ordinal);

    [Fact]
    public void A_tensor_is_not_made_of_too_few_bytes() => Assert.Throws<ArgumentException>(() => new OnnxTensor("t", OnnxType.Int4, [3], new byte[1]));

    [Fact]
    public void Deep_nesting_is_skipped()
    {
        byte[] graph = [];
        for (var depth = 0; depth < 2000; depth++)
        {
            graph = Message(1, Message(5, [.. Message(6, graph), 0xA0, 1, 5]));
        }

        Assert.Single(OnnxModel.Read((byte[])[8, 8, .. Message(7, graph)], "m.onnx").Graph.Nodes);
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] Model(byte[] tensor) => [8, 8, .. Message(7, Message(5, tensor))];

    private static byte[] Message(int field, ReadOnlySpan<byte> content)
    {
        var writer = new ProtoWriter();
        writer.Bytes(field, content);
        return writer.Content.ToArray();
    }

    private static string? Refusal(byte[] bytes)
    {
        try
        {
            _ = OnnxModel.Read(bytes, "m.onnx");
            return null;
        }
        catch (AbsException refusal)
        {
            Assert.StartsWith("'m.onnx'", refusal.Message, StringComparison.Ordinal);
            return refusal.Message;
        }
    }

    // All that a model says, in a form that tests compare.
    private static object Shown(OnnxModel model) => new
    {
        model.IrVersion,
        Opsets = model.Opsets.ToArray(),
        model.Producer,
        model.ProducerVersion,
        model.Graph.Name,
        Nodes = model.Graph.Nodes.Select(node => new
        {
            node.Name,
            node.OpType,
            node.Domain,
            Inputs = node.Inputs.ToArray(),
            Outputs = node.Outputs.ToArray(),
            Attributes = node.Attributes.Select(attribute => (attribute.Name, attribute.Value is OnnxTensor tensor ? Shown(tensor) : attribute.Value)).ToArray(),
        }).ToArray(),
        Initializers = model.Graph.Initializers.Select(Shown).ToArray(),
        Values = new[] { model.Graph.Inputs, model.Graph.Outputs, model.Graph.Values }
            .Select(infos => infos.Select(info => $"{info.Name} {info.Type} {(info.Dims is null ? "?" : string.Join(", ", info.Dims))}").ToArray()).ToArray(),
    };

    private static string Shown(OnnxTensor tensor) =>
        new StringBuilder(tensor.Name).Append(tensor.Type).AppendJoin(',', tensor.Dims).Append(Convert.ToHexString(tensor.Data.Span)).ToString();
}
