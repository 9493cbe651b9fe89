using System.Diagnostics;
using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Worker.Running;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Worker.Tests;

/// <summary>A worker process, started as a build starts it; this test assembly is the model project.</summary>
internal sealed class WorkerRun : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly List<WorkerEvent> _events = [];

    private WorkerRun(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>A search of a second or so that decides about all layers.</summary>
    public static SearchSettings ShortSearch { get; } = new()
    {
        Budget = new Budget(0.03),
        KeepFirstAndLast = false,
        BatchSize = 16,
        TrainEpochs = 2,
        SearchEpochs = 3,
        FineTuneEpochs = 1,
        LearningRate = 0.01,
        GateLearningRate = 0.02,
    };

    /// <summary>What it has told so far.</summary>
    public IReadOnlyList<WorkerEvent> Events => _events;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a worker.</summary>
    /// <param name="folder">An empty folder, or that of the run that this one is to go on with.</param>
    /// <param name="settings">How to search.</param>
    /// <param name="environment">Variables that it gets beside this process's own.</param>
    /// <param name="depsFile">The model project's deps file; without, this assembly's. Its packages may lie in the folder, too.</param>
    /// <param name="device">Where to search.</param>
    /// <param name="type">The model; that of the stripes by default.</param>
    /// <param name="runFolder">The folder of a run of a job, which the worker then is; null for none.</param>
    public static WorkerRun Start(string folder, SearchSettings settings, IReadOnlyDictionary<string, string>? environment = null, string? depsFile = null, string device = "cpu", Type? type = null, string? runFolder = null)
    {
        var request = new SearchRequest
        {
            Version = SearchRequest.CurrentVersion,
            Model = "stripes",
            AssemblyFile = typeof(WorkerRun).Assembly.Location,
            TypeName = (type ?? typeof(StripesModel)).FullName,
            ProjectDirectory = folder,
            DataFiles = [],
            Fingerprint = new string('0', 64),
            Settings = settings,
            Device = device,
            OutputDirectory = Directory.CreateDirectory(Path.Combine(folder, "out")).FullName,
            CheckpointDirectory = Path.Combine(folder, "checkpoints"),
            NativeDirectory = Path.Combine(depsFile is null ? AppContext.BaseDirectory : folder, "native"),
        };
        return Launch(folder, SearchRequestJson.Write(request), runFolder is null ? [] : [JobFolder.Verb], depsFile, environment, runFolder);
    }

    /// <summary>Starts a worker that writes the plan of an earlier run as ONNX.</summary>
    /// <param name="folder">The folder of the run that made the plan.</param>
    /// <param name="type">The model.</param>
    /// <param name="hasWeights">Whether there are weights to write: without, it only says whether the network can be written.</param>
    public static WorkerRun StartExport(string folder, Type type, bool hasWeights = true) => Launch(folder, ExportRequestJson.Write(new ExportRequest
    {
        Version = ExportRequest.CurrentVersion,
        AssemblyFile = typeof(WorkerRun).Assembly.Location,
        TypeName = type.FullName,
        ProjectDirectory = folder,
        DataFiles = [],
        WeightsFile = hasWeights ? Path.Combine(folder, "out", "stripes.weights.zip") : null,
        OutputFile = hasWeights ? Path.Combine(folder, "out", "stripes.onnx") : null,
        Fuses = Target.AllFuses,
        NativeDirectory = Path.Combine(AppContext.BaseDirectory, "native"),
    }), [ExportRequest.Verb], depsFile: null, environment: null);

    private static WorkerRun Launch(string folder, string request, string[] verbs, string? depsFile, IReadOnlyDictionary<string, string>? environment, string? runFolder = null)
    {
        var requestFile = Path.Combine(folder, "request.json");
        File.WriteAllText(requestFile, request);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList =
            {
                "exec",
                "--depsfile", depsFile ?? DepsFile,
                "--additionalprobingpath", PackageFolder,
                "--additionalprobingpath", folder,
                typeof(BuildWatch).Assembly.Location,
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        foreach (var argument in verbs.Append(requestFile).Concat(runFolder is null ? [] : [runFolder]))
        {
            start.ArgumentList.Add(argument);
        }

        // Tensors here are small, and other tests run beside this one.
        start.Environment["OMP_NUM_THREADS"] = "1";

        // What a worker says at its end is waited for, however busy the machine is.
        start.Environment["ABS_TESTS_WORKER_PATIENCE"] = "900";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new WorkerRun(Process.Start(start)!);
    }

    /// <summary>Runs a worker to the end.</summary>
    /// <inheritdoc cref="Start"/>
    /// <returns>Its files' contents, but for the time it took.</returns>
    public static string[] Result(string folder, SearchSettings settings, IReadOnlyDictionary<string, string>? environment = null, string? depsFile = null)
    {
        using var worker = Start(folder, settings, environment, depsFile);
        var errors = worker.ToEnd();
        Assert.True(worker.ExitCode == 0, string.Join('\n', worker.Events) + errors);
        Assert.DoesNotContain(worker.Events.OfType<WarningEvent>(), warning => warning.Code != AbsCodes.NoBetterThanChance);
        var files = Path.Combine(folder, "out", "stripes");
        var record = JObject.Parse(File.ReadAllText(files + ".run.json"));
        record.Remove("seconds");
        return [File.ReadAllText(files + ".plan.json"), Convert.ToHexString(File.ReadAllBytes(files + ".weights.zip")), record.ToString()];
    }

    /// <summary>Waits for the next event.</summary>
    /// <returns>Null where the worker has ended.</returns>
    public WorkerEvent? Next()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (WorkerEventJson.TryRead(line, out var workerEvent))
            {
                _events.Add(workerEvent);
                return workerEvent;
            }
        }

        return null;
    }

    /// <summary>Reads events until the worker ends.</summary>
    /// <returns>What it printed to standard error.</returns>
    public string ToEnd()
    {
        while (Next() is not null)
        {
        }

        _process.WaitForExit();
        return _errors.Result;
    }

    /// <summary>Ends it as a killed build does.</summary>
    public void LoseBuild() => _process.StandardInput.Close();

    /// <summary>Ends it where it stands; it hears nothing of it.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    /// <summary>This assembly's deps file.</summary>
    public static string DepsFile => Path.ChangeExtension(typeof(WorkerRun).Assembly.Location, ".deps.json");

    /// <summary>Where this assembly's packages are.</summary>
    public static string PackageFolder => typeof(WorkerRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == nameof(PackageFolder)).Value!;
}
