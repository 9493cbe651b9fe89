using System.Globalization;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.State;

/// <summary>What the files of a folder were when they were put there, so that damage is noticed without reading them.</summary>
internal static class FolderRecord
{
    /// <summary>The record's name in the folder.</summary>
    public const string Name = "files.tsv";

    /// <summary>Records files: a line of hash, length, time and name each.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="names">The files' names.</param>
    /// <param name="record">The record's own name.</param>
    /// <param name="first">Lines of another kind that come first.</param>
    public static void Write(string folder, IEnumerable<string> names, string record = Name, string first = "") => File.WriteAllText(
        Path.Combine(folder, record),
        first + string.Concat(names.Select(name => new FileInfo(Path.Combine(folder, name))).Select(file => $"{HashOf(file)}\t{State(file)}\t{file.Name}\n")));

    /// <summary>The first of some files that is missing or has another content than the one recorded; null where there is none.</summary>
    /// <remarks>
    /// A file of the recorded length and time counts as sound. One of another time, as in a folder that was copied, is read.
    /// </remarks>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static string? FirstDamaged(string folder, IEnumerable<string> names, string record = Name)
    {
        var lines = Lines(Path.Combine(folder, record));
        return names.FirstOrDefault(name => !IsSound(new FileInfo(Path.Combine(folder, name)), Array.Find(lines, line => line[3] == name)));
    }

    private static bool IsSound(FileInfo file, string[]? line) =>
        line is [var hash, var length, var time, _]
        && file.Exists
        && length == file.Length.ToString(CultureInfo.InvariantCulture)
        && ($"{length}\t{time}" == State(file) || hash == HashOf(file));

    private static string[][] Lines(string record) => File.Exists(record)
        ? [.. OrdinaryFile.ReadAllLines(record).Select(line => line.Split('\t')).Where(line => line.Length == 4)]
        : [];

    private static string State(FileInfo file) => FormattableString.Invariant($"{file.Length}\t{file.LastWriteTimeUtc.Ticks}");

    private static string HashOf(FileInfo file)
    {
        using var stream = OrdinaryFile.Open(file.FullName);
        return ContentHash.Of(stream);
    }
}
