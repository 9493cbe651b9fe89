using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using AbsBuildTasks.Plans.Files;
using Microsoft.Win32.SafeHandles;

namespace AbsBuildTasks.Search.Checkpoints;

/// <summary>A checkpoint that a thread of its own writes, from a copy of the state, while training goes on.</summary>
/// <remarks>
/// The thread does not allocate: see docs/traps.md on scalars. So it gets its file open, and who began it puts the file in
/// its place. Until then the earlier checkpoint is the one that counts.
/// </remarks>
internal sealed class PendingCheckpoint : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly NativeBytes _state;
    private readonly SafeFileHandle _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Thread _thread;
    private readonly object _gate = new();
    private bool _isStarted;
    private volatile bool _isDone;
    private long _ended;
    private Exception? _failure;

    /// <summary>Copies the state, and begins to write it.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="search">Which search it belongs to.</param>
    /// <param name="exchange">Writes the state.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be made.</exception>
    public PendingCheckpoint(string path, string search, Action<StateStream> exchange)
    {
        (_path, _temporary) = (path, AtomicFile.Temporary(path));
        _file = File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        _state = new NativeBytes();
        try
        {
            CheckpointFile.WriteState(new StateStream(_state), search, exchange);
            _thread = new Thread(Run) { IsBackground = true };
            _thread.UnsafeStart();

            // A thread's start allocates, so it must not be late.
            lock (_gate)
            {
                while (!_isStarted)
                {
                    _ = Monitor.Wait(_gate);
                }
            }
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Whether there is nothing to wait for any more.</summary>
    public bool IsDone => _isDone;

    /// <summary>How long it took, copying included; once it is done.</summary>
    public TimeSpan Time => Stopwatch.GetElapsedTime(_begun, _ended);

    /// <summary>Waits until the file is written, and puts it in the place of the one before.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Complete()
    {
        _thread.Join();
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        _file.Dispose();
        AtomicFile.MoveOver(_temporary, _path);
    }

    /// <summary>Stops writing; where it is not complete, the earlier checkpoint stays.</summary>
    public void Dispose()
    {
        _abandoned.Cancel();
        _thread.Join();
        Release();
    }

    private void Release()
    {
        _file.Dispose();
        _state.Dispose();
        _hash.Dispose();
        _abandoned.Dispose();
        File.Delete(_temporary);
    }

    private void Run()
    {
        lock (_gate)
        {
            _isStarted = true;
            Monitor.Pulse(_gate);
        }

        try
        {
            CheckpointFile.Write(_file, _state, _hash, _abandoned.Token);
        }
#pragma warning disable CA1031 // It would end the process; who asks for the file is told.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = exception;
        }

        _ended = Stopwatch.GetTimestamp();
        _isDone = true;
    }
}
