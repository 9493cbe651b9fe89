using System.Collections;
using AbsBuildTasks.Tasks;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tests;

/// <summary>A task that does nothing, and keeps what is logged through it.</summary>
internal sealed class RecordingTask : AbsTask, IBuildEngine
{
    public RecordingTask()
    {
        BuildEngine = this;
        ProjectFile = "/project/Model.csproj";
    }

    public List<BuildWarningEventArgs> Warnings { get; } = [];

    public List<string> Messages { get; } = [];

    public bool ContinueOnError => false;

    public int LineNumberOfTaskNode => 0;

    public int ColumnNumberOfTaskNode => 0;

    public string ProjectFileOfTaskNode => ProjectFile;

    public bool BuildProjectFile(string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) => throw new NotSupportedException();

    public void LogCustomEvent(CustomBuildEventArgs e) => throw new NotSupportedException();

    public void LogErrorEvent(BuildErrorEventArgs e) => throw new NotSupportedException();

    public void LogMessageEvent(BuildMessageEventArgs e) => Messages.Add(e.Message ?? "");

    public void LogWarningEvent(BuildWarningEventArgs e) => Warnings.Add(e);

    protected override void Run()
    {
    }
}
