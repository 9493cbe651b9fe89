using AbsBuildTasks.Plans.Files;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>
/// Copies files of plans to another folder. Unlike MSBuild's own task it never leaves a part of a file there, neither
/// where the disk is full nor where the build is killed.
/// </summary>
public sealed class AbsCopy : AbsTask
{
    /// <summary>The files.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>The folder to copy to; created where missing.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <inheritdoc />
    protected override void Run()
    {
        foreach (var file in Files)
        {
            Copy(new FileInfo(file.ItemSpec), new FileInfo(Path.Combine(ProjectDirectory, Folder, Path.GetFileName(file.ItemSpec))));
        }
    }

    private static void Copy(FileInfo source, FileInfo target)
    {
        if (target.Exists && target.Length == source.Length && target.LastWriteTimeUtc == source.LastWriteTimeUtc)
        {
            return;
        }

        AtomicFile.Write(target.FullName, stream =>
        {
            using var content = source.OpenRead();
            content.CopyTo(stream);
        });
        File.SetLastWriteTimeUtc(target.FullName, source.LastWriteTimeUtc);
    }
}
