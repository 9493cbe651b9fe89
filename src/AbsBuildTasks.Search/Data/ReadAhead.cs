using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Reads batches of streamed inputs before they are due, on threads of its own.</summary>
/// <remarks>
/// These threads neither allocate nor touch torch: see docs/traps.md on scalars. What they cannot read is read again
/// by the thread that asks for the batch, which is where a failure belongs.
/// </remarks>
internal sealed class ReadAhead : IDisposable
{
    // Batches beside the one that is asked for.
    private const int Ahead = 2;

    private readonly StreamedInputs _inputs;
    private readonly Queue<long[]> _waiting;
    private readonly Queue<PendingBatch> _pending = new(Ahead + 1);
    private readonly Thread[] _threads;
    private readonly object _gate = new();
    private int _started;
    private bool _ended;

    /// <summary>Starts the threads.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="batches">The indices of each batch's examples.</param>
    public ReadAhead(StreamedInputs inputs, IEnumerable<long[]> batches)
    {
        _inputs = inputs;
        _waiting = new Queue<long[]>(batches);
        _threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Run) { IsBackground = true })];
        foreach (var thread in _threads)
        {
            thread.UnsafeStart();
        }

        // A thread's start allocates, so none may be late.
        lock (_gate)
        {
            while (_started < _threads.Length)
            {
                _ = Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>The next batch.</summary>
    /// <param name="device">Where it goes.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS2005: an example is damaged. ABS1008: it cannot be read.</exception>
    public Tensor Next(Device device)
    {
        while (_pending.Count <= Ahead && _waiting.TryDequeue(out var indices))
        {
            Add(new PendingBatch(_inputs, indices));
        }

        var batch = _pending.Peek();
        ReadRest(batch);
        batch.ReadFailed();
        lock (_gate)
        {
            _ = _pending.Dequeue();
        }

        using (batch)
        {
            // Belongs to the caller's dispose scope; the batch is older than that.
            return _inputs.Change(batch.Tensor.alias().to(device));
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        foreach (var batch in _pending)
        {
            batch.Dispose();
        }
    }

    private void Add(PendingBatch batch)
    {
        lock (_gate)
        {
            _pending.Enqueue(batch);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Reads with the threads, instead of waiting for them.</summary>
    private void ReadRest(PendingBatch batch)
    {
        while (TryTake(batch, out var position))
        {
            Read(batch, position);
        }

        lock (_gate)
        {
            while (!batch.IsDone)
            {
                _ = Monitor.Wait(_gate);
            }
        }
    }

    private bool TryTake(PendingBatch batch, out int position)
    {
        lock (_gate)
        {
            return batch.TryTake(out position);
        }
    }

    private void Read(PendingBatch batch, int position)
    {
        var isRead = batch.TryRead(position);
        lock (_gate)
        {
            batch.Note(position, isRead);
            if (batch.IsDone)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Run()
    {
        lock (_gate)
        {
            _started++;
            Monitor.PulseAll(_gate);
        }

        while (Wait(out var position) is { } batch)
        {
            Read(batch, position);
        }
    }

    /// <summary>The batch of the next example to read, and its position there; null when all ends.</summary>
    private PendingBatch? Wait(out int position)
    {
        lock (_gate)
        {
            while (!_ended)
            {
                foreach (var batch in _pending)
                {
                    if (batch.TryTake(out position))
                    {
                        return batch;
                    }
                }

                _ = Monitor.Wait(_gate);
            }
        }

        position = 0;
        return null;
    }
}
