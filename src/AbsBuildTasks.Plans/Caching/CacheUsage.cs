using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>How much a cache holds.</summary>
/// <param name="Plans">Searches in it.</param>
/// <param name="Bytes">Bytes of all its files.</param>
internal sealed record CacheUsage(int Plans, long Bytes)
{
    /// <summary>Looks at a cache's folder; one that does not exist holds nothing.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static CacheUsage Of(string directory)
    {
        var entries = Files(directory, "ac");
        return new(
            entries.Count(file => Fingerprint.IsHash(file.Name)),
            entries.Concat(Files(directory, "cas")).Sum(file => file.Length));
    }

    private static FileInfo[] Files(string directory, string part) => Path.Combine(directory, part) is var folder && Directory.Exists(folder) && !FileLink.Is(folder)
        ? [.. OwnFolder.FoldersIn(folder).Prepend(folder).SelectMany(Directory.GetFiles).Select(file => new FileInfo(file))]
        : [];
}
