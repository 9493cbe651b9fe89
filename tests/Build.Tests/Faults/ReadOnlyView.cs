namespace Build.Tests.Faults;

/// <summary>A folder under another path, through which it can only be read.</summary>
internal sealed class ReadOnlyView : IDisposable
{
    private readonly string _path;

    /// <summary>Mounts it.</summary>
    /// <exception cref="IOException">It cannot be mounted.</exception>
    public ReadOnlyView(string folder, string path)
    {
        _path = Directory.CreateDirectory(path).FullName;
        Mounts.Run("mount", "--bind", folder, path);
        Mounts.Run("mount", "-o", "remount,bind,ro", path);
    }

    public void Dispose() => Mounts.Run("umount", "-l", _path);
}
