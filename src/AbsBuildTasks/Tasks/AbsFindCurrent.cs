using AbsBuildTasks.Msbuild;
using AbsBuildTasks.State;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tasks;

/// <summary>Sees whether anything is to be done at all since the last build that went well.</summary>
public sealed class AbsFindCurrent : AbsTask
{
    /// <summary>The project's <c>AbsModel</c> items.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The values of all else that the build is told.</summary>
    [Required]
    public string Settings { get; set; } = "";

    /// <summary>The folder in <c>obj</c> that holds the project's plans.</summary>
    [Required]
    public string StateDirectory { get; set; } = "";

    /// <summary>What the record of this build is to begin with.</summary>
    [Output]
    public string Key { get; private set; } = "";

    /// <summary>Whether nothing is to be done.</summary>
    [Output]
    public bool IsCurrent { get; private set; }

    /// <summary>As <see cref="AbsSearch.Files"/> was then.</summary>
    [Output]
    public ITaskItem[] Files { get; private set; } = [];

    /// <summary>As <see cref="AbsSearch.Records"/> was then.</summary>
    [Output]
    public ITaskItem[] Records { get; private set; } = [];

    /// <inheritdoc />
    protected override void Run()
    {
        Key = BuildKey.Of(Settings, Models);
        if (BuildRecord.FindCurrent(BuildRecord.PathIn(StateDirectory), Key) is not { } current)
        {
            return;
        }

        IsCurrent = true;
        Files = Items(current.Plans);
        Records = Items(current.Kept);
        foreach (var (code, text) in current.Warnings)
        {
            LogWarning(code, text);
        }

        foreach (var text in current.Log)
        {
            Log.LogMessage(MessageImportance.Low, "{0}", text);
        }
    }

    private static ITaskItem[] Items(List<string> paths)
    {
        var items = new ITaskItem[paths.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = new TaskItem(paths[i]);
        }

        return items;
    }
}
