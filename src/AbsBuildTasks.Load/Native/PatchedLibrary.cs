using System.Runtime.Versioning;
using System.Security.Cryptography;
using AbsBuildTasks.Plans.Errors;

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

    /// <summary>Makes the copy, unless it is there already, byte for byte, where nobody else can write.</summary>
    /// <param name="source">The library; it is only read.</param>
    /// <param name="folder">Receives the copy, in a folder named by the source's content and under the source's name.</param>
    /// <returns>The copy's full path, or null where the library does not ask for <see cref="Version"/>.</returns>
    /// <exception cref="InvalidDataException">The library is damaged.</exception>
    /// <exception cref="AbsException">ABS1031: others can write to the folder.</exception>
    [SupportedOSPlatform("linux")]
    public static string? Create(string source, string folder)
    {
        var bytes = File.ReadAllBytes(source);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
        var copy = Path.Combine(Path.GetFullPath(folder), hash, Path.GetFileName(source));
        if (!VersionNeeds.MakeWeak(new ElfImage(bytes), Library, Version))
        {
            return null;
        }

        PrivateFolder.Create(Path.GetFullPath(folder));
        PrivateFolder.Create(Path.GetDirectoryName(copy)!);
        if (PrivateFolder.IsSafeFile(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(bytes))
        {
            return copy;
        }

        var temporary = $"{copy}.{Guid.NewGuid():N}.tmp";
        PrivateFolder.Write(temporary, bytes);

        // A rename, so that a process starting at the same moment sees no copy or a whole one.
        File.Move(temporary, copy, overwrite: true);
        return copy;
    }
}
