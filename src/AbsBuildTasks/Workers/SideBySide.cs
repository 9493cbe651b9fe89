namespace AbsBuildTasks.Workers;

/// <summary>Several searches at once, though one thread at a time does all else: it has the turn, and gives it away only while it waits for a search.</summary>
/// <remarks>So nothing but what a waiting thread calls need care about threads. With one search at a time there is but one thread.</remarks>
/// <param name="most">How many searches at once; 1 at least.</param>
internal sealed class SideBySide(int most)
{
    private readonly object _turn = new();
    private Action<Exception> _onFailure = _ => { };
    private int _running;
    private int _failed;
    private int _dropped;

    /// <summary>Whether a work has failed, so that no other begins.</summary>
    public bool HasFailed
    {
        get
        {
            lock (_turn)
            {
                return _failed > 0;
            }
        }
    }

    /// <summary>Does something that starts works, and waits for their ends.</summary>
    /// <param name="start">Calls <see cref="Start"/> for each work.</param>
    /// <param name="onFailure">Told of each failure when it happens; with one at a time it is thrown.</param>
    /// <param name="onDropped">Told how many works did not begin as another had failed, where there are any.</param>
    /// <returns>Whether nothing failed.</returns>
    public bool Run(Action start, Action<Exception> onFailure, Action<int> onDropped)
    {
        if (most == 1)
        {
            start();
            return true;
        }

        _onFailure = onFailure;
        lock (_turn)
        {
            try
            {
                start();
            }
#pragma warning disable CA1031 // Told, whatever it is.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Fail(exception);
            }

            WaitUntil(atMost: 0);
        }

        if (_dropped > 0)
        {
            onDropped(_dropped);
        }

        return _failed == 0;
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
            _dropped++;
            return;
        }

        _running++;
        new Thread(() => InTurn(work)) { IsBackground = true, Name = nameof(SideBySide) }.Start();
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

    private void InTurn(Action work)
    {
        lock (_turn)
        {
            try
            {
                work();
            }
#pragma warning disable CA1031 // Told, whatever it is.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Fail(exception);
            }

            _running--;
            Monitor.PulseAll(_turn);
        }
    }

    private void Fail(Exception exception)
    {
        _failed++;
        _onFailure(exception);
    }

    private void WaitUntil(int atMost)
    {
        while (_running > atMost)
        {
            Monitor.Wait(_turn);
        }
    }
}
