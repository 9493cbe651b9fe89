using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.State;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>
/// Copies files of plans to another folder. Unlike MSBuild's own task it leaves neither a part of a file there nor new
/// files beside old ones, where the disk is full.
/// </summary>
public sealed class AbsCopy : AbsTask
{
    /// <summary>The files; of those of one name, which are alike, the first.</summary>
    [Required]
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>The folder to copy to; created where missing.</summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <inheritdoc />
    protected override void Run()
    {
        var folder = Path.GetFullPath(Path.Combine(ProjectDirectory, Folder));
        FileInfo[] files = [.. Files.Select(item => new FileInfo(item.ItemSpec)).GroupBy(file => file.Name, StringComparer.Ordinal).Select(alike => alike.First()).Where(file => !IsThere(file, new(Path.Combine(folder, file.Name))))];
        if (files.Length == 0)
        {
            return;
        }

        OutputFolder.RequireNoLink(folder);
        var copies = GatheringFolder.Create(folder);
        try
        {
            foreach (var file in files)
            {
                file.CopyTo(Path.Combine(copies, file.Name));
            }

            foreach (var file in files)
            {
                AtomicFile.MoveOver(Path.Combine(copies, file.Name), Path.Combine(folder, file.Name));
            }
        }
        finally
        {
            Directory.Delete(copies, recursive: true);
        }
    }

    private static bool IsThere(FileInfo source, FileInfo copy) =>
        copy.Exists && copy.Length == source.Length && copy.LastWriteTimeUtc == source.LastWriteTimeUtc;
}
