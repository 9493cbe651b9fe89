using AbsBuildTasks.Msbuild;
using AbsBuildTasks.State;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>Records that a build went well, and what it has left.</summary>
public sealed class AbsMarkCurrent : AbsTask
{
    /// <summary>What <see cref="AbsSearch"/> gave.</summary>
    [Required]
    public string RecordId { get; set; } = "";

    /// <summary>Files and folders that the build has written or compared with.</summary>
    [Required]
    public ITaskItem[] Outputs { get; set; } = [];

    /// <summary>The folder in <c>obj</c> that holds the project's plans.</summary>
    [Required]
    public string StateDirectory { get; set; } = "";

    /// <inheritdoc />
    protected override void Run() =>
        BuildRecord.Close(BuildRecord.PathIn(StateDirectory), RecordId, Outputs.Select(item => Path.GetFullPath(Path.Combine(ProjectDirectory, item.ItemSpec))));
}
