namespace Build.Tests.Faults;

/// <summary>A file system in memory in place of a folder, with the folder's content, that can be full or read-only.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    /// <summary>Mounts it.</summary>
    /// <exception cref="IOException">It cannot be mounted.</exception>
    public SmallDisk(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        var content = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(file => file, file => (Bytes: File.ReadAllBytes(file), Time: File.GetLastWriteTimeUtc(file)));
        Mounts.Run("mount", "-t", "tmpfs", "-o", "size=64m", "abs-test", folder);
        foreach (var (file, (bytes, time)) in content)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
            File.SetLastWriteTimeUtc(file, time);
        }
    }

    private string Filler => Path.Combine(_folder, "filler");

    /// <summary>Leaves so much room.</summary>
    public void Fill(int kilobytesLeft)
    {
        using var file = File.Create(Filler);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            file.SetLength(file.Length - (kilobytesLeft * 1024));
        }
    }

    public void Free() => File.Delete(Filler);

    public void MakeReadOnly() => Mounts.Run("mount", "-o", "remount,ro", _folder);

    public void MakeWritable() => Mounts.Run("mount", "-o", "remount,rw", _folder);

    public void Dispose() => Mounts.Run("umount", "-l", _folder);
}
