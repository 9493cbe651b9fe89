using System.Diagnostics;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Search.Contract;
using TorchSharp;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>Keeps the latest state of one search in a folder, for a run that goes on where this one is stopped.</summary>
/// <remarks>Nothing that goes wrong here ends a search: it is told once, and the search goes on without.</remarks>
internal sealed class CheckpointStore : IDisposable
{
    // A copy of the state lies in memory while it is written beside training: at most this share of what there is.
    private const int MemoryShare = 8;

    private readonly SearchJob _job;
    private readonly string _path;
    private readonly string _search;
    private IDisposable? _lock;
    private PendingCheckpoint? _pending;
    private long _saved = Stopwatch.GetTimestamp();
    private TimeSpan _cost;
    private long? _length;

    private CheckpointStore(SearchJob job)
    {
        _job = job;
        _path = Path.Combine(job.CheckpointDirectory ?? "", KeptState.FileName);
        var under = job.HeldPlan is { } plan ? $" under {PlanLock.IdOf(plan)}" : "";
        _search = $"{job.Fingerprint}{under} on {(job.Device.type == DeviceType.CUDA ? "cuda" : "cpu")}";
    }

    /// <summary>What the network starts from, in this run and in one that goes on; null where that is not known.</summary>
    public StartingValues? Start { private get; set; }

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

    /// <summary>How long no checkpoint follows the last one, so that they take no more than their share of the time.</summary>
    public TimeSpan Least => _cost / _job.CheckpointShare;

    /// <summary>The folder, which this process alone uses; null where nothing is kept.</summary>
    public string? Folder => _lock is null ? null : _job.CheckpointDirectory;

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

    /// <summary>Whether it is time for another checkpoint: they come as often as what they cost allows, and within an epoch no more often than the job says.</summary>
    /// <param name="isWithinEpoch">Whether an epoch has just begun or runs.</param>
    public bool IsDue(bool isWithinEpoch)
    {
        if (_pending is { IsDone: true })
        {
            Try(() => Drop(Complete));
        }

        return _lock is not null && _pending is null && Stopwatch.GetElapsedTime(_saved) >= (isWithinEpoch && _job.CheckpointInterval > Least ? _job.CheckpointInterval : Least);
    }

    /// <summary>Keeps a state in place of the one before, from the second time on beside training where there is memory for it.</summary>
    /// <param name="exchange">Writes it.</param>
    /// <param name="isLast">Whether the process is about to end, so that the state must lie on the disk when this returns.</param>
    public void Save(Action<StateStream> exchange, bool isLast = false)
    {
        if (_lock is null)
        {
            return;
        }

        Try(() =>
        {
            // A newer state is there.
            Drop(_ => { });
            if (isLast || !TryBegin(Begun))
            {
                Write(Begun);
            }
        });

        void Begun(StateStream state)
        {
            state.Start = Start;
            exchange(state);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Try(() => Drop(Complete));
        _lock?.Dispose();
    }

    private void Write(Action<StateStream> exchange)
    {
        var begun = Stopwatch.GetTimestamp();
        CheckpointFile.Write(_path, _search, exchange);
        _length = new FileInfo(_path).Length;
        Note(Stopwatch.GetElapsedTime(begun));
    }

    private bool TryBegin(Action<StateStream> exchange)
    {
        if (_length is not { } length || length > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare)
        {
            return false;
        }

        try
        {
            _pending = new PendingCheckpoint(_path, _search, exchange);
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }

    private void Complete(PendingCheckpoint pending)
    {
        pending.Complete();
        Note(pending.Time);
    }

    private void Drop(Action<PendingCheckpoint> finish)
    {
        using var pending = _pending;
        _pending = null;
        if (pending is not null)
        {
            finish(pending);
        }
    }

    private void Note(TimeSpan cost) => (_cost, _saved) = (cost, Stopwatch.GetTimestamp());

    private void Take(string folder, TimeSpan patience)
    {
        _lock = FolderLock.TryTake(folder, patience);
        if (_lock is null)
        {
            _job.Tell("another build is searching for this plan; this search cannot be resumed if it is interrupted");
            return;
        }

        // Of processes that were killed while they wrote.
        foreach (var unfinished in Directory.GetFiles(folder, "." + KeptState.FileName + ".*"))
        {
            File.Delete(unfinished);
        }

        // Whoever asked an earlier run to end did not mean this one.
        StopRequest.Remove(folder);
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
