using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>How much a cache holds.</summary>
/// <param name="Plans">Searches in it, also those that say why a budget has no plan.</param>
/// <param name="Stages">Stages of searches in it, ONNX files among them.</param>
/// <param name="Bytes">Bytes of all its files.</param>
internal sealed record CacheUsage(int Plans, int Stages, long Bytes)
{
    /// <summary>Looks at a cache's folder; one that does not exist holds nothing.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static CacheUsage Of(string directory)
    {
        var files = Files(directory, "ac");
        FileInfo[] entries = [.. files.Where(file => Fingerprint.IsHash(file.Name))];
        var stages = entries.Count(IsStage);
        return new(
            entries.Length - stages,
            stages,
            files.Concat(Files(directory, "cas")).Sum(file => file.Length));
    }

    private static bool IsStage(FileInfo entry)
    {
        try
        {
            return CacheEntry.Load(entry.FullName).Files.All(file => file.IsStage);
        }
        catch (CacheEntryException)
        {
            // What is damaged, or was removed just now, is told from a stage by nothing.
            return false;
        }
    }

    private static FileInfo[] Files(string directory, string part) => Path.Combine(directory, part) is var folder && Directory.Exists(folder) && !FileLink.Is(folder)
        ? [.. OwnFolder.FoldersIn(folder).Prepend(folder).SelectMany(Directory.GetFiles).Select(file => new FileInfo(file))]
        : [];
}
