using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace AbsBuildTasks.Search.Tests.Data;

/// <summary>A folder for a test's files.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("abs-data-").FullName;

    public string Write(string name, params byte[] content)
    {
        var path = Path.Combine(Root, name);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    /// <summary>The context of a project in this folder whose DataFiles cover all there is.</summary>
    public ModelContext Context() => new(Root, Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public static byte[] Gzip(byte[] content)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return stream.ToArray();
    }

    public static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Random(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
