namespace AbsBuildTasks.Search.Native;

/// <summary>The folders in which this process looks for native libraries.</summary>
internal static class NativeSearchPath
{
    /// <summary>The full path of a library, or null where no folder has it.</summary>
    /// <param name="fileName">With prefix and extension, such as <c>libtorch.so</c>.</param>
    public static string? Find(string fileName) =>
        Folders().Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);

    /// <summary>The full path of a library whose name carries a version or a hash, or null where no folder has it.</summary>
    /// <param name="start">How its file name starts.</param>
    public static string? FindStartingWith(string start) => Folders()
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.GetFiles(folder, start + "*").Order(StringComparer.Ordinal))
        .FirstOrDefault();

    /// <summary>The full paths of all Linux libraries; of several of one name the one that is found.</summary>
    public static IReadOnlyCollection<string> LinuxLibraries() =>
    [
        .. Folders()
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "lib*.so*").Order(StringComparer.Ordinal))
            .DistinctBy(Path.GetFileName),
    ];

    private static IEnumerable<string> Folders()
    {
        // Set by the host from the deps file; empty in hosts that know none, such as a single-file bundle.
        var known = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return known.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(AppContext.BaseDirectory);
    }
}
