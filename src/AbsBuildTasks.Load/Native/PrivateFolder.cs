using System.Runtime.Versioning;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Search.Native;

/// <summary>Folders and files from which code is loaded: whoever can write to them can run code as this user.</summary>
[SupportedOSPlatform("linux")]
internal static class PrivateFolder
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Makes a folder for this user alone, and those above it that are missing.</summary>
    /// <param name="path">Full path of the folder.</param>
    /// <exception cref="AbsException">ABS1031: it is there, and not this user's alone.</exception>
    public static void Create(string path)
    {
        if (!Exists(path))
        {
            if (Path.GetDirectoryName(path) is { } parent && !Exists(parent))
            {
                Create(parent);
            }

            // Whoever was faster is looked at below.
            _ = Directory.CreateDirectory(path, Owner);
        }

        if (Flaw(path) is { } flaw)
        {
            throw new AbsException(AbsCodes.UnsafeFolder, $"The folder '{Printable.Escape(path)}' holds native libraries that are loaded, and {flaw}. Delete it, and build again: it is made anew, for you alone.");
        }
    }

    /// <summary>Whether a file is a plain one that only this user can write.</summary>
    public static bool IsSafeFile(string path) =>
        new FileInfo(path) is { Exists: true, LinkTarget: null } file && (file.UnixFileMode & OthersWrite) == 0 && FileOwner.IsTrusted(path);

    /// <summary>Writes a new file for this user alone.</summary>
    /// <param name="path">Full path of a file that is not there.</param>
    /// <param name="content">What it holds.</param>
    public static void Write(string path, byte[] content)
    {
        using var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        stream.Write(content);
    }

    private static bool Exists(string path) => Directory.Exists(path) || File.Exists(path);

    private static string? Flaw(string path)
    {
        var folder = new DirectoryInfo(path);
        return folder.LinkTarget is not null ? "is a link"
            : !FileOwner.IsTrusted(path) ? "belongs to another user"
            : (folder.UnixFileMode & OthersWrite) != 0 ? "others can write to it"
            : null;
    }
}
