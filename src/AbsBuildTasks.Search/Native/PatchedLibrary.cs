using System.Security.Cryptography;

namespace AbsBuildTasks.Search.Native;

/// <summary>A copy of a native library that loads where the system's C++ library is older than it asks for.</summary>
internal static class PatchedLibrary
{
    /// <summary>
    /// The version TorchSharp's library asks for since it is built by GCC 13.2, solely for a marker symbol that no
    /// relocation uses.
    /// </summary>
    public const string Version = "GLIBCXX_3.4.32";

    private const string Library = "libstdc++.so.6";

    /// <summary>Makes the copy, unless it is there already.</summary>
    /// <param name="source">The library; it is only read.</param>
    /// <param name="folder">Receives the copy, in a folder named by the source's content and under the source's name.</param>
    /// <returns>The copy's full path, or null where the library does not ask for <see cref="Version"/>.</returns>
    /// <exception cref="InvalidDataException">The library is damaged.</exception>
    public static string? Create(string source, string folder)
    {
        var bytes = File.ReadAllBytes(source);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
        var copy = Path.Combine(Path.GetFullPath(folder), hash, Path.GetFileName(source));
        if (File.Exists(copy) && new FileInfo(copy).Length == bytes.Length)
        {
            return copy;
        }

        if (!VersionNeeds.MakeWeak(new ElfImage(bytes), Library, Version))
        {
            return null;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        var temporary = $"{copy}.{Guid.NewGuid():N}.tmp";
        File.WriteAllBytes(temporary, bytes);

        // A rename, so that a process starting at the same moment sees no copy or a whole one.
        File.Move(temporary, copy, overwrite: true);
        return copy;
    }
}
