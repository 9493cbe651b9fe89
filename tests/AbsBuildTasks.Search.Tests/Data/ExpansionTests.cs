using System.IO.Compression;
using System.Text;
using AbsBuildTasks.Search.Data;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Data;

public sealed class ExpansionTests : IDisposable
{
    private const long MostAllocated = 16 << 20;

    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_is_made_to_fill_memory_is_refused_before_it_does()
    {
        // 300 MB of two values a line, in a thousandth of that.
        var path = _folder.Write("a.csv.gz", []);
        var lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0,0\n", 250_000)));
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Optimal))
        {
            for (var i = 0; i < 300; i++)
            {
                gzip.Write(lines);
            }
        }

        var before = GC.GetAllocatedBytesForCurrentThread();

        _ = DamagedData.Refused(() => CsvReader.Read(path, classes: 2), "'a.csv.gz', offset 268435456: the compressed content goes on after 268435456 bytes, more than 100 times what it takes in the file; where you trust the file, expand it");

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
    }

    [Fact]
    public void Data_that_hardly_says_anything_is_read_all_the_same()
    {
        var line = string.Join(',', Enumerable.Repeat("0", 784)) + ",1\n";
        var path = _folder.Write("a.csv.gz", DataFolder.Gzip(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 2000)))));
        using var scope = TorchSharp.torch.NewDisposeScope();

        Assert.Equal([2000L, 784], CsvReader.Read(path, classes: 2).Inputs.shape);
    }
}
