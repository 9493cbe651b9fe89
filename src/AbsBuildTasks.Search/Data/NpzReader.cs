using System.IO.Compression;
using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Reads arrays from an archive as NumPy's <c>savez</c> and <c>savez_compressed</c> write it (<c>.npz</c>).</summary>
public static class NpzReader
{
    private const string Extension = ".npy";

    // In a message.
    private const int MostNames = 20;

    /// <summary>Reads one array.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="name">The array's name, such as <c>x_train</c>.</param>
    /// <returns>As <see cref="NpyReader.Read(string)"/> does.</returns>
    /// <exception cref="AbsException">ABS2001: no such file. ABS2005: not such a file, damaged, no array of that name, or not of numbers. ABS1008: not readable.</exception>
    public static Tensor Read(string path, string name) => InArchive(path, archive =>
    {
        var entry = archive.Entries.FirstOrDefault(entry => entry.FullName == name + Extension)
            ?? throw new AbsException(AbsCodes.InvalidData, $"'{Path.GetFileName(path)}' has no array '{name}', only {string.Join(", ", ArrayNames(archive).Take(MostNames))}; read one of these.");
        using var array = new DataFile($"{Path.GetFileName(path)}/{entry.FullName}", entry.Open, new ContentCheck(entry.Crc32, unchecked((uint)entry.Length)), entry.CompressedLength);
        return NpyReader.Read(array);
    });

    /// <summary>The names of all arrays, in the archive's order.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="AbsException">ABS2001: no such file. ABS2005: not such a file. ABS1008: not readable.</exception>
    public static IReadOnlyList<string> Names(string path) => InArchive(path, archive => ArrayNames(archive).ToArray());

    private static IEnumerable<string> ArrayNames(ZipArchive archive) =>
        archive.Entries.Select(entry => entry.FullName).Where(name => name.EndsWith(Extension, StringComparison.Ordinal)).Select(name => name[..^Extension.Length]);

    private static T InArchive<T>(string path, Func<ZipArchive, T> read)
    {
        using var file = DataFile.Open(path);
        if (!file.Stream.CanSeek)
        {
            throw file.Invalid(0, "this is gzip, not a zip archive", "expand it, or give a file that NumPy's savez has written");
        }

        return file.Guard(() =>
        {
            try
            {
                using var archive = new ZipArchive(file.Stream, ZipArchiveMode.Read, leaveOpen: true);
                return read(archive);
            }
            catch (Exception exception) when (exception is NotSupportedException or ArgumentException or OverflowException)
            {
                // How the zip library takes some damaged directories.
                throw new InvalidDataException(exception.Message, exception);
            }
        });
    }
}
