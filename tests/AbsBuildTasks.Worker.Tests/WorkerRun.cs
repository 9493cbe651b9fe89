using System.Diagnostics;
using System.Reflection;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Worker.Running;

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

    /// <summary>What it has told so far.</summary>
    public IReadOnlyList<WorkerEvent> Events => _events;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a worker.</summary>
    /// <param name="folder">An empty folder, or that of the run that this one is to go on with.</param>
    /// <param name="settings">How to search.</param>
    public static WorkerRun Start(string folder, SearchSettings settings)
    {
        var request = new SearchRequest
        {
            Version = SearchRequest.CurrentVersion,
            Model = "stripes",
            AssemblyFile = typeof(WorkerRun).Assembly.Location,
            TypeName = typeof(StripesModel).FullName,
            ProjectDirectory = folder,
            DataFiles = [],
            Fingerprint = new string('0', 64),
            Settings = settings,
            Device = "cpu",
            OutputDirectory = Directory.CreateDirectory(Path.Combine(folder, "out")).FullName,
            CheckpointDirectory = Path.Combine(folder, "checkpoints"),
            NativeDirectory = Path.Combine(AppContext.BaseDirectory, "native"),
        };
        var requestFile = Path.Combine(folder, "request.json");
        File.WriteAllText(requestFile, SearchRequestJson.Write(request));
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList =
            {
                "exec",
                "--depsfile", Path.ChangeExtension(request.AssemblyFile, ".deps.json"),
                "--additionalprobingpath", PackageFolder,
                typeof(BuildWatch).Assembly.Location,
                requestFile,
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Tensors here are small, and other tests run beside this one.
        start.Environment["OMP_NUM_THREADS"] = "1";
        return new WorkerRun(Process.Start(start)!);
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

    private static string PackageFolder => typeof(WorkerRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == nameof(PackageFolder)).Value!;
}
