using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Search.Contract;
using TorchSharp;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>Keeps the latest state of one search in a folder, for a run that goes on where this one is stopped.</summary>
/// <remarks>Nothing that goes wrong here ends a search: it is told once, and the search goes on without.</remarks>
internal sealed class CheckpointStore : IDisposable
{
    private const string FileName = "search.checkpoint";

    private readonly SearchJob _job;
    private readonly string _path;
    private readonly string _search;
    private IDisposable? _lock;
    private long _saved = Environment.TickCount64;

    private CheckpointStore(SearchJob job)
    {
        _job = job;
        _path = Path.Combine(job.CheckpointDirectory ?? "", FileName);
        var under = job.HeldPlan is { } plan ? $" under {PlanLock.IdOf(plan)}" : "";
        _search = $"{job.Fingerprint}{under} on {(job.Device.type == DeviceType.CUDA ? "cuda" : "cpu")}";
    }

    /// <summary>Whether the latest checkpoint is old enough for another within an epoch.</summary>
    public bool IsDue => _lock is not null && Environment.TickCount64 - _saved >= _job.CheckpointInterval.TotalMilliseconds;

    /// <summary>Takes hold of the job's folder; where it has none, or another process holds it, the store keeps nothing.</summary>
    /// <param name="job">The search.</param>
    /// <param name="patience">How long to wait for another process: a worker that lost its build takes a moment to end.</param>
    public static CheckpointStore Open(SearchJob job, TimeSpan patience)
    {
        var store = new CheckpointStore(job);
        if (job.CheckpointDirectory is { } folder)
        {
            store.Try(() => store.Take(folder, patience));
        }

        return store;
    }

    /// <summary>Opens what an earlier run left; null where there is nothing, or nothing that can be used.</summary>
    public StateStream? Load()
    {
        try
        {
            return _lock is not null && File.Exists(_path) ? CheckpointFile.Open(_path, _search) : null;
        }
        catch (CheckpointException exception)
        {
            Refuse(exception);
            return null;
        }
    }

    /// <summary>Tells that the checkpoint cannot be used, and removes it.</summary>
    public void Refuse(CheckpointException exception)
    {
        _job.Warn(AbsCodes.CheckpointUnusable, $"The checkpoint of the interrupted search for '{_job.Model}' {exception.Message}; it is removed, and the search starts afresh.");
        Try(() => File.Delete(_path));
    }

    /// <summary>Keeps a state in place of the one before.</summary>
    /// <param name="exchange">Writes it.</param>
    public void Save(Action<StateStream> exchange)
    {
        if (_lock is not null)
        {
            Try(() => CheckpointFile.Write(_path, _search, exchange));
            _saved = Environment.TickCount64;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _lock?.Dispose();

    private void Take(string folder, TimeSpan patience)
    {
        _lock = FolderLock.TryTake(folder, patience);
        if (_lock is null)
        {
            _job.Tell("another build is searching for this plan; this search cannot be resumed if it is interrupted");
            return;
        }

        // Of processes that were killed while they wrote.
        foreach (var unfinished in Directory.GetFiles(folder, "." + FileName + ".*"))
        {
            File.Delete(unfinished);
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _job.Warn(AbsCodes.CheckpointNotWritable, $"The search for '{_job.Model}' cannot be resumed if it is interrupted, because {Path.GetDirectoryName(_path)} cannot be written: {exception.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}. Free the folder, or disk space.");
            _lock?.Dispose();
            _lock = null;
        }
    }
}
