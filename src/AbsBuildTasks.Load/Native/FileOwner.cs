using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace AbsBuildTasks.Search.Native;

/// <summary>Whom a file or folder belongs to, on Linux.</summary>
[SupportedOSPlatform("linux")]
internal static partial class FileOwner
{
    private const uint Root = 0;
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int DoNotFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint OwnerWanted = 0x8; // STATX_UID

    /// <summary>Whether it belongs to this process's user, or to root, who can do everything anyway.</summary>
    /// <param name="path">The file, folder or link; a link is not followed.</param>
    /// <exception cref="IOException">It is not there, or cannot be looked at.</exception>
    public static bool IsTrusted(string path)
    {
        var result = Look(CurrentFolder, path, DoNotFollow, OwnerWanted, out var status);
        return result == 0
            ? status.Owner == Root || status.Owner == EffectiveUser()
            : throw new IOException($"'{path}' cannot be looked at: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
    }

    // The call's form is the same on all processors, unlike that of stat.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Look(int folder, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)]
        public uint Owner;
    }
}
