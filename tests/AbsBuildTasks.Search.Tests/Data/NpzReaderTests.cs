using System.IO.Compression;
using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Data;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class NpzReaderTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Arrays_are_read_by_name(CompressionLevel level)
    {
        var path = _folder.Write("a.npz", Archive(level));

        Assert.Equal(["x", "y"], NpzReader.Names(path));
        Assert.Equal([1f, 2, 3], NpzReader.Read(path, "x").data<float>().ToArray());
        Assert.Equal([7L], NpzReader.Read(path, "y").data<long>().ToArray());
    }

    [Fact]
    public void An_unknown_name_is_answered_with_those_there_are() =>
        _ = DamagedData.Refused(() => NpzReader.Read(_folder.Write("a.npz", Archive(CompressionLevel.Optimal)), "z"), "'a.npz' has no array 'z', only x, y");

    [Fact]
    public void A_damaged_array_is_named()
    {
        var content = Archive(CompressionLevel.NoCompression);
        content[content.AsSpan().IndexOf("NUMPY"u8)] ^= 1;
        _ = DamagedData.Refused(() => NpzReader.Read(_folder.Write("a.npz", content), "x"), "'a.npz/x.npy', offset 0 or after: the compressed content is damaged");
    }

    [Fact]
    public void Gzip_is_refused() =>
        _ = DamagedData.Refused(() => NpzReader.Read(_folder.Write("a.npz", DataFolder.Gzip([1])), "x"), "'a.npz', offset 0: this is gzip");

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Every_truncation_is_refused(CompressionLevel level) =>
        DamagedData.Truncate(Archive(level), Read);

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Damage_is_noticed_or_without_effect(CompressionLevel level)
    {
        var content = Archive(level);
        DamagedData.Corrupt(content, content.Length, Read, (_, array) => array.data<float>().ToArray().SequenceEqual([1f, 2, 3]));
    }

    private Tensor Read(byte[] content) => NpzReader.Read(_folder.Write("a.npz", content), "x");

    private static byte[] Archive(CompressionLevel level)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            Add("x.npy", NpyFile.Of("<f4", "(3,)", [.. MemoryMarshal.AsBytes<float>([1, 2, 3])]));
            Add("y.npy", NpyFile.Of("<i8", "(1,)", BitConverter.GetBytes(7L)));

            void Add(string name, byte[] content)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }
}
