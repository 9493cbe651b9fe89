namespace AbsBuildTasks.Plans.Caching;

/// <summary>Removes from a cache what is too much, under its lock.</summary>
internal static class CacheTrimmer
{
    /// <summary>Keeps the entries used last, as many as fit, and removes all else.</summary>
    /// <param name="folder">The cache.</param>
    /// <param name="size">Bytes of entries and contents that may stay.</param>
    public static void Trim(CacheFolder folder, long size)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        var left = size;
        foreach (var file in folder.Entries().OrderByDescending(File.GetLastWriteTimeUtc).ThenBy(file => file, StringComparer.Ordinal).ToArray())
        {
            // A content that several entries name takes its place once.
            var contents = (CacheFolder.IsFile(file) ? Contents(folder, file) : null)?.Where(content => !kept.Contains(content)).ToArray();
            var cost = contents?.Append(file).Sum(part => new FileInfo(part).Length) ?? long.MaxValue;
            if (contents is not null && cost <= left)
            {
                kept.UnionWith(contents);
                left -= cost;
            }
            else
            {
                CacheFolder.TryDelete(file);
            }
        }

        foreach (var file in folder.Contents().Where(file => !kept.Contains(file)).Concat(folder.Leftovers()).ToArray())
        {
            CacheFolder.TryDelete(file);
        }

        SearchLock.RemoveFree(folder);
    }

    // Null for an entry that is of no use: it cannot be read, or a content is missing.
    private static string[]? Contents(CacheFolder folder, string entryFile)
    {
        try
        {
            string[] contents = [.. CacheEntry.Load(entryFile).Files.Select(file => folder.ContentFile(file.Hash)).Distinct()];
            return contents.All(CacheFolder.IsFile) ? contents : null;
        }
        catch (CacheEntryException)
        {
            return null;
        }
    }
}
