using System.Globalization;
using AbsBuildTasks.Models;
using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Protocol;
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
        // An application of a solution, whose models are another project's.
        if (Models.Length == 0)
        {
            return;
        }

        var (threads, batch) = (Count("AbsProfileThreads", Threads, ProfileRequest.MostThreads), Count("AbsProfileBatch", Batch, ProfileRequest.MostExamples));
        OutputFolder.RequireNoLinks(StateDirectory);
        var asked = new AskedModels(Names.Select(name => name.ItemSpec), Models, "AbsProfileModels");
        var profile = new ModelProfile(Setup(), this);
        (ModelItem Model, string Table)[] wanted = [.. ModelItem.ReadAll(Models, ProjectDirectory, [.. OutputFolders.Select(item => item.ItemSpec)]).Where(model => asked.Has(model.Name)).Select(model => (model, TableOf(model)))];
        if (wanted.GroupBy(pair => pair.Table, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } shared)
        {
            throw new AbsException(AbsCodes.InvalidSetting, $"The models {string.Join(" and ", shared.Select(pair => pair.Model.Name))} have one LatencyTable, and a table holds the layers of one model; give each a file of its own.");
        }

        foreach (var (model, table) in wanted)
        {
            Profile(profile, model, table, threads, batch);
        }
    }

    private static int Count(string name, string text, int most) => text.Length == 0 ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 && count <= most ? count
        : throw new AbsException(AbsCodes.InvalidSetting, FormattableString.Invariant($"{name}=\"{text}\" is not a whole number from 1 to {most}."));

    private string TableOf(ModelItem model) => (model.Item.GetMetadata("LatencyTable").Trim() is { Length: > 0 } stated
        ? InputFile.At(stated, ProjectDirectory)
        : ModelLatency.Usual(model.Name, ProjectDirectory, SnapshotDirectory)).FullPath;

    private void Profile(ModelProfile profile, ModelItem model, string target, int threads, int batch)
    {
        var folder = new ModelState(StateDirectory, model.Name).CreateTemporaryFolder();
        try
        {
            var table = profile.Run(model, threads, batch, folder, _cancellation.Token);
            OutputFolder.RequireNoLinks(Path.GetDirectoryName(target)!);
            LatencyFile.Write(target, table);
            Print($"abs: {model.Name}: latency table written to {target}; commit it, and limit what the plan may take with Budget=\"latency=60%\"");
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
        StateDirectory = StateDirectory,
        NativeDirectory = Path.Combine(StateDirectory, "native"),
        StageDirectory = Path.Combine(StateDirectory, "stages"),
        Events = new([]),
    };
}
