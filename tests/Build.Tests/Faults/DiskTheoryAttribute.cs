namespace Build.Tests.Faults;

/// <summary>A test with file systems of its own, which take a Linux and the right to mount; elsewhere it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DiskTheoryAttribute : TheoryAttribute
{
    private static readonly Lazy<string?> Looked = new(WhatIsMissing);

    public DiskTheoryAttribute() => Skip = Missing;

    /// <summary>What is missing, or null.</summary>
    public static string? Missing => Looked.Value;

    private static string? WhatIsMissing()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "needs Linux";
        }

        var folder = Directory.CreateTempSubdirectory("abs-mount-").FullName;
        try
        {
            using var disk = new SmallDisk(folder);
            return null;
        }
        catch (Exception exception) when (exception is IOException or System.ComponentModel.Win32Exception)
        {
            return "needs the right to mount: " + exception.Message;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
