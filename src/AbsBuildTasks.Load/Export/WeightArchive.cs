using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Search.Export;

/// <summary>A zip archive of a manifest and uncompressed blobs; the same content gives the same bytes.</summary>
internal static class WeightArchive
{
    private const string ManifestEntry = "manifest.json";
    private const int MaxManifestBytes = 64 << 20;

    // The earliest time a zip entry can carry: files do not tell when they were written.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Describes a blob that is to be written.</summary>
    public static StoredBlob Describe(string entry, byte[] bytes) => new(entry, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    /// <summary>Writes an archive; the stream stays open.</summary>
    public static void Write(Stream stream, WeightManifest manifest, IEnumerable<(StoredBlob Blob, byte[] Bytes)> blobs)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        Add(ManifestEntry, Encoding.UTF8.GetBytes(manifest.ToJson()));
        foreach (var (blob, bytes) in blobs)
        {
            Add(blob.Entry, bytes);
        }

        void Add(string name, byte[] bytes)
        {
            var entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
            entry.LastWriteTime = Epoch;
            using var stream = entry.Open();
            stream.Write(bytes);
        }
    }

    /// <summary>Opens an archive and reads its manifest.</summary>
    /// <exception cref="Plans.Errors.AbsException">ABS2011: not such an archive.</exception>
    public static (ZipArchive Archive, WeightManifest Manifest) Open(string path)
    {
        Stream stream;
        try
        {
            stream = OrdinaryFile.Open(path);
        }
        catch (Exception exception) when (IsOfFile(exception))
        {
            throw WeightManifest.Invalid($"'{Path.GetFileName(path)}' is missing or is not a weights file", exception);
        }

        return Open(stream, Path.GetFileName(path), OrdinaryFile.Length(path));
    }

    /// <summary>The same of a stream, which the archive closes.</summary>
    /// <param name="stream">The archive.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS2011: not such an archive.</exception>
    public static (ZipArchive Archive, WeightManifest Manifest) Open(Stream stream, string name, long length)
    {
        ZipArchive archive;
        try
        {
            archive = new ZipArchive(stream, ZipArchiveMode.Read);
        }
        catch (Exception exception) when (IsOfFile(exception))
        {
            stream.Dispose();
            throw WeightManifest.Invalid($"'{name}' is missing or is not a weights file", exception);
        }

        try
        {
            var manifest = Encoding.UTF8.GetString(Bytes(archive, ManifestEntry, Math.Min(MaxManifestBytes, length), length: null));
            return (archive, WeightManifest.FromJson(manifest));
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException or ArgumentException or OverflowException)
        {
            // How the zip library takes some damaged directories, once it reads them.
            archive.Dispose();
            throw WeightManifest.Invalid($"'{name}' is not a weights file", exception);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <summary>Reads a blob and checks its length and hash.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="blob">The blob, whose length is known to be what the network needs: so much memory is taken.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS2011: missing or damaged.</exception>
    public static byte[] Read(ZipArchive archive, StoredBlob blob)
    {
        var bytes = Bytes(archive, blob.Entry, blob.Length, blob.Length);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == blob.Sha256
            ? bytes
            : throw WeightManifest.Invalid($"entry '{WeightManifest.Shown(blob.Entry)}' is damaged");
    }

    private static byte[] Bytes(ZipArchive archive, string name, long most, long? length)
    {
        var shown = WeightManifest.Shown(name);
        var entry = archive.GetEntry(name) ?? throw WeightManifest.Invalid($"entry '{shown}' is missing");

        // Entries are stored as they are; a length that deflates to more is not ours.
        if (entry.Length != (length ?? entry.Length) || entry.Length != entry.CompressedLength || entry.Length > most)
        {
            throw WeightManifest.Invalid($"entry '{shown}' has the wrong length");
        }

        try
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw WeightManifest.Invalid($"entry '{shown}' is damaged", exception);
        }
    }

    private static bool IsOfFile(Exception exception) => exception is IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException or ArgumentException or OverflowException;
}
