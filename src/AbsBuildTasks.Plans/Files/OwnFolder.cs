namespace AbsBuildTasks.Plans.Files;

/// <summary>Folders that a program writes to and removes from: anybody who can write beside them can put a link in their place.</summary>
internal static class OwnFolder
{
    /// <summary>Refuses a folder that is itself a link.</summary>
    /// <param name="folder">The folder; need not exist.</param>
    /// <exception cref="IOException">It is a link.</exception>
    public static void RequireNoLink(string folder)
    {
        if (FileLink.Is(folder))
        {
            throw new IOException($"'{folder}' is a link, and nothing is written through one.");
        }
    }

    /// <summary>All folders in a folder, at any depth, without those that links lead to.</summary>
    public static IEnumerable<string> FoldersIn(string folder) =>
        Directory.GetDirectories(folder).Where(child => !FileLink.Is(child)).SelectMany(child => FoldersIn(child).Prepend(child));

    /// <summary>The folder where it is itself a link, or else a link to a folder that is in it, at any depth; null where there is none.</summary>
    /// <param name="folder">The folder; need not exist.</param>
    public static string? FirstLink(string folder) => FileLink.Is(folder) ? folder
        : !Directory.Exists(folder) ? null
        : FoldersIn(folder).Prepend(folder).SelectMany(Directory.GetDirectories).FirstOrDefault(FileLink.Is);
}
