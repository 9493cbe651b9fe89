using System.Runtime.ExceptionServices;

namespace AbsBuildTasks.Workers;

/// <summary>Several searches at once, though one thread at a time does all else: it has the turn, and gives it away only while it waits for a search.</summary>
/// <remarks>So nothing but what a waiting thread calls need care about threads. With one search at a time there is but one thread.</remarks>
/// <param name="most">How many searches at once; 1 at least.</param>
internal sealed class SideBySide(int most)
{
    private readonly object _turn = new();
    private readonly List<Exception?> _failures = [];
    private int _running;

    /// <summary>Whether a work has failed, so that no other begins.</summary>
    public bool HasFailed
    {
        get
        {
            lock (_turn)
            {
                return _failures.Exists(failure => failure is not null);
            }
        }
    }

    /// <summary>Does something that starts works, and waits for their ends.</summary>
    /// <param name="start">Calls <see cref="Start"/> for each work.</param>
    /// <param name="onFailure">Told of each failure but the first, in the order of the works.</param>
    public void Run(Action start, Action<Exception> onFailure)
    {
        if (most == 1)
        {
            start();
            return;
        }

        Exception? failure = null;
        lock (_turn)
        {
            try
            {
                start();
            }
#pragma warning disable CA1031 // Thrown again, when those that run have ended.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = exception;
            }

            WaitUntil(atMost: 0);
        }

        Exception[] failures = [.. _failures.Append(failure).OfType<Exception>()];
        foreach (var other in failures.Skip(1))
        {
            onFailure(other);
        }

        if (failures.Length > 0)
        {
            ExceptionDispatchInfo.Capture(failures[0]).Throw();
        }
    }

    /// <summary>Begins a work as soon as there is room for it. After a failure none begins; those that run go on to their ends.</summary>
    public void Start(Action work)
    {
        if (most == 1)
        {
            work();
            return;
        }

        WaitUntil(atMost: most - 1);
        if (HasFailed)
        {
            return;
        }

        var number = _failures.Count;
        _failures.Add(null);
        _running++;
        new Thread(() => InTurn(work, number)) { IsBackground = true, Name = nameof(SideBySide) }.Start();
    }

    /// <summary>Waits for something while others have their turn.</summary>
    /// <param name="wait">Touches nothing that other threads might.</param>
    public T Away<T>(Func<T> wait)
    {
        if (most == 1)
        {
            return wait();
        }

        Monitor.Exit(_turn);
        try
        {
            return wait();
        }
        finally
        {
            Monitor.Enter(_turn);
        }
    }

    private void InTurn(Action work, int number)
    {
        lock (_turn)
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // Thrown again where the others have ended, too.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _failures[number] = exception;
            }

            _running--;
            Monitor.PulseAll(_turn);
        }
    }

    private void WaitUntil(int atMost)
    {
        while (_running > atMost)
        {
            Monitor.Wait(_turn);
        }
    }
}
