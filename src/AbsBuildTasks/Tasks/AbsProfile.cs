using System.Globalization;
using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.State;
using AbsBuildTasks.Workers;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>Measures how long the layers of a project's models take on this machine, and writes the latency tables.</summary>
public sealed class AbsProfile : AbsTask, ICancelableTask, IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The project's <c>AbsModel</c> items.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>Names of the models to measure; none for all.</summary>
    public ITaskItem[] Names { get; set; } = [];

    /// <summary>Threads that run each layer.</summary>
    public string Threads { get; set; } = "";

    /// <summary>Examples in a run.</summary>
    public string Batch { get; set; } = "";

    /// <summary>Full path of the model assembly in the output folder.</summary>
    [Required]
    public string AssemblyFile { get; set; } = "";

    /// <summary>The model assembly's <c>.deps.json</c>.</summary>
    public string DepsFile { get; set; } = "";

    /// <summary>The folder in <c>obj</c> that holds the project's plans.</summary>
    [Required]
    public string StateDirectory { get; set; } = "";

    /// <summary>The folder of the snapshots, and of latency tables.</summary>
    [Required]
    public string SnapshotDirectory { get; set; } = "";

    /// <summary>Folders that builds write to; patterns of data files do not go into them.</summary>
    public ITaskItem[] OutputFolders { get; set; } = [];

    /// <summary>The <c>dotnet</c> program.</summary>
    [Required]
    public string Host { get; set; } = "";

    /// <summary>The folders that packages are in.</summary>
    public ITaskItem[] ProbingPaths { get; set; } = [];

    /// <summary>The worker's assembly.</summary>
    [Required]
    public string WorkerAssembly { get; set; } = "";

    /// <inheritdoc />
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc />
    public void Dispose() => _cancellation.Dispose();

    /// <inheritdoc />
    protected override void Run()
    {
        var (threads, batch) = (Count("AbsProfileThreads", Threads), Count("AbsProfileBatch", Batch));
        OutputFolder.RequireNoLinks(StateDirectory);
        var asked = new AskedModels(Names.Select(name => name.ItemSpec), Models, "AbsProfileModels");
        var profile = new ModelProfile(Setup(), this);
        foreach (var model in ModelItem.ReadAll(Models, ProjectDirectory, [.. OutputFolders.Select(item => item.ItemSpec)]).Where(model => asked.Has(model.Name)))
        {
            Profile(profile, model, threads, batch);
        }
    }

    private static int Count(string name, string text) => text.Length == 0 ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 ? count
        : throw new AbsException(AbsCodes.InvalidSetting, $"{name}=\"{text}\" is not a whole number from 1.");

    private void Profile(ModelProfile profile, ModelItem model, int threads, int batch)
    {
        var target = model.Item.GetMetadata("LatencyTable").Trim() is { Length: > 0 } stated
            ? InputFile.At(stated, ProjectDirectory)
            : ModelLatency.Usual(model.Name, ProjectDirectory, SnapshotDirectory);
        var folder = new ModelState(StateDirectory, model.Name).CreateTemporaryFolder();
        try
        {
            var table = profile.Run(model, threads, batch, folder, _cancellation.Token);
            OutputFolder.RequireNoLinks(Path.GetDirectoryName(target.FullPath)!);
            LatencyFile.Write(target.FullPath, table);
            Print($"abs: {model.Name}: latency table written to {target.FullPath}; commit it, and limit what the plan may take with Budget=\"latency=60%\"");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private SearchSetup Setup() => new()
    {
        Host = WorkerHost.Of(Host, Environment.GetEnvironmentVariable),
        WorkerAssembly = Path.GetFullPath(WorkerAssembly),
        AssemblyFile = AssemblyFile,
        DepsFile = Path.GetFullPath(Path.Combine(ProjectDirectory, DepsFile)),
        ProbingPaths = [.. ProbingPaths.Select(item => item.ItemSpec)],
        ProjectDirectory = ProjectDirectory,
        Device = "cpu",
        NativeDirectory = Path.Combine(StateDirectory, "native"),
        TrainingDirectory = Path.Combine(StateDirectory, "trainings"),
        Events = new([]),
    };
}
