using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AbsBuildTasks.State;

/// <summary>Folders in which builds gather a plan's files; each has its build's process id in its name.</summary>
internal static class GatheringFolder
{
    private const string Prefix = ".tmp-";

    /// <summary>Makes a folder for this process, and removes those whose process has ended.</summary>
    public static string Create(string parent)
    {
        Directory.CreateDirectory(parent);
        foreach (var folder in Directory.GetDirectories(parent, Prefix + "*").Where(IsLeftOver))
        {
            Directory.Delete(folder, recursive: true);
        }

        return Directory.CreateDirectory(NewPath(parent)).FullName;
    }

    /// <summary>A path that no other process and no other moment has.</summary>
    public static string NewPath(string parent)
    {
        using var process = Process.GetCurrentProcess();
        return Path.Combine(parent, FormattableString.Invariant($"{Prefix}{process.Id}-{Guid.NewGuid():N}"));
    }

    /// <summary>Whether a folder is one of these.</summary>
    public static bool Is(string folder) => Path.GetFileName(folder).StartsWith(Prefix, StringComparison.Ordinal);

    private static bool IsLeftOver(string folder)
    {
        var owner = Path.GetFileName(folder).Substring(Prefix.Length).Split('-')[0];
        if (!int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return true;
        }

        try
        {
            // Ids are used again: a process that is younger than the folder did not make it.
            using var process = Process.GetProcessById(id);
            return process.StartTime.ToUniversalTime() > Directory.GetLastWriteTimeUtc(folder);
        }
        catch (ArgumentException)
        {
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // Just ended, or another user's.
            return false;
        }
    }
}
