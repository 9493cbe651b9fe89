using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Data;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class IdxReaderTests : IDisposable
{
    private static readonly byte[] Pixels = DataFolder.Random(5 * 3 * 4, 1);
    private static readonly byte[] Images = [.. Header(8, 5, 3, 4), .. Pixels];
    private static readonly byte[] Labels = [.. Header(8, 5), 0, 3, 9, 1, 2];

    private readonly DataFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_come_from_0_to_1_with_their_labels(bool compressed)
    {
        var data = IdxReader.Read(Write("images", Images), Write("labels", Labels), 10);

        Assert.Equal([5, 1, 3, 4], data.Inputs.shape);
        Assert.Equal(Pixels.Select(pixel => pixel / 255f), data.Inputs.data<float>().ToArray());
        Assert.Equal([0L, 3, 9, 1, 2], data.Targets.data<long>().ToArray());

        string Write(string name, byte[] content) => _folder.Write(compressed ? name + ".gz" : name, compressed ? DataFolder.Gzip(content) : content);
    }

    [Fact]
    public void All_element_types_are_read_big_endian()
    {
        Assert.Equal([-2], Read(0x09, 0xFE).data<sbyte>().ToArray());
        Assert.Equal([-300], Read(0x0B, 0xFE, 0xD4).data<short>().ToArray());
        Assert.Equal([0x01020304], Read(0x0C, 1, 2, 3, 4).data<int>().ToArray());
        Assert.Equal([1.5f], Read(0x0D, 0x3F, 0xC0, 0, 0).data<float>().ToArray());
        Assert.Equal([-2.0], Read(0x0E, 0xC0, 0, 0, 0, 0, 0, 0, 0).data<double>().ToArray());

        Tensor Read(byte type, params byte[] value) => IdxReader.ReadTensor(_folder.Write("numbers", [.. Header(type, 1), .. value]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_truncation_is_refused(bool compressed)
    {
        var content = compressed ? DataFolder.Gzip(Images) : Images;
        DamagedData.Truncate(content, damaged => IdxReader.ReadTensor(_folder.Write("damaged", damaged)));
    }

    [Fact]
    public void Every_damaged_header_is_refused()
    {
        var labels = _folder.Write("labels", Labels);
        DamagedData.Corrupt(Images, 16, damaged => IdxReader.Read(_folder.Write("damaged", damaged), labels, 10));
        var images = _folder.Write("images", Images);
        DamagedData.Corrupt(Labels, 8, damaged => IdxReader.Read(images, _folder.Write("damaged", damaged), 10));
    }

    [Fact]
    public void Damaged_compression_is_noticed_or_without_effect() =>
        DamagedData.Corrupt(DataFolder.Gzip(Images), DataFolder.Gzip(Images).Length, damaged => IdxReader.ReadTensor(_folder.Write("damaged.gz", damaged)), (_, read) => read.bytes.SequenceEqual(Pixels));

    [Fact]
    public void Messages_name_file_and_offset()
    {
        _ = DamagedData.Refused(() => IdxReader.ReadTensor(_folder.Write("a", [.. Images, 0])), "'a', offset 76: 1 more bytes follow than shape [5, 3, 4] needs");
        _ = DamagedData.Refused(() => IdxReader.ReadTensor(_folder.Write("a", Images[..^2])), "'a', offset 16: 60 bytes should follow, but the file ends after 58");
        _ = DamagedData.Refused(() => IdxReader.ReadTensor(_folder.Write("a.gz", Images)), "'a.gz', offset 0: this is not gzip");
        _ = DamagedData.Refused(() => IdxReader.Read(_folder.Write("i", Images), _folder.Write("l", Labels), 9), "'l', offset 10: label 9 of example 2");
        _ = DamagedData.Refused(() => IdxReader.Read(_folder.Write("i", Images), _folder.Write("l", [.. Header(8, 1), 0]), 9), "'i', offset 4: it declares 5 images, but 'l' has 1 labels");
        _ = DamagedData.Refused(() => IdxReader.Read(_folder.Write("l", Labels), _folder.Write("i", Images), 10), "'i', offset 0: it holds Byte [5, 3, 4], not labels");
        Assert.Equal(AbsCodes.DataFileMissing, DamagedData.Refused(() => IdxReader.ReadTensor(Path.Combine(_folder.Root, "none")), "'none'").Code);
    }

    [Fact]
    public void Declared_sizes_take_no_memory_until_the_file_is_seen_to_have_them() =>
        _ = DamagedData.Refused(() => IdxReader.ReadTensor(_folder.Write("a", [.. Header(14, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue), 0])), "'a', offset 20");

    [FashionMnistFact]
    public void Fashion_mnist_is_read()
    {
        var data = IdxReader.Read(FashionMnistFactAttribute.File("t10k-images-idx3-ubyte.gz"), FashionMnistFactAttribute.File("t10k-labels-idx1-ubyte.gz"), 10);

        Assert.Equal([10_000, 1, 28, 28], data.Inputs.shape);
        Assert.Equal(Enumerable.Repeat(1_000L, 10), data.Targets.bincount(null).data<long>().ToArray());
        Assert.Equal((0f, 1f), (data.Inputs.min().item<float>(), data.Inputs.max().item<float>()));
        Assert.Equal(0.2868, ChannelStatistics.Of(data).Mean[0], 3);
    }

    private static byte[] Header(byte type, params uint[] shape) =>
        [0, 0, type, (byte)shape.Length, .. shape.SelectMany(DataFolder.BigEndian)];
}
