namespace AbsBuildTasks.Workers;

/// <summary>Several searches at once, though one thread at a time does all else: it has the turn, and gives it away only while it waits for a search or an export.</summary>
/// <remarks>So nothing but what a waiting thread calls need care about threads. With one search at a time there is but one thread.</remarks>
/// <param name="most">How many searches at once; 1 at least.</param>
internal sealed class SideBySide(int most)
{
    private readonly object _turn = new();
    private readonly object _aside = new();
    private Action<Exception> _onFailure = _ => { };

    // Works that have begun and not ended, and those of them that have a place: one that waits for its parts has none.
    private int _begun;
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

            while (_begun > 0)
            {
                Monitor.Wait(_turn);
            }
        }

        if (_dropped > 0)
        {
            onDropped(_dropped);
        }

        return _failed == 0;
    }

    /// <summary>Whether works run at the same time at all.</summary>
    public bool IsSeveral => most > 1;

    /// <summary>Begins a work as soon as there is room for it. After a failure none begins; those that run go on to their ends.</summary>
    public void Start(Action work)
    {
        if (most == 1)
        {
            work();
            return;
        }

        _ = TryStart(work);
    }

    /// <summary>Does the parts of a work, which has the turn: with one at a time in their order, else at once as far as there is room.</summary>
    /// <remarks>The work's own place is lent to them, also to a single one: the work may have come back without room from what it did aside. Where a part failed, or could not begin as another work had, the work ends here.</remarks>
    public void All(IReadOnlyList<Action> parts)
    {
        if (most == 1)
        {
            foreach (var part in parts)
            {
                part();
            }

            return;
        }

        var (left, areDone) = (0, true);
        _running--;
        Monitor.PulseAll(_turn);
        foreach (var part in parts)
        {
            left++;
            var hasBegun = TryStart(() =>
            {
                var isDone = false;
                try
                {
                    part();
                    isDone = true;
                }
                finally
                {
                    left--;
                    areDone &= isDone;
                }
            });
            left -= hasBegun ? 0 : 1;
            areDone &= hasBegun;
        }

        while (left > 0)
        {
            Monitor.Wait(_turn);
        }

        // Without waiting for room: what is left of the work is no search.
        _running++;
        if (!areDone)
        {
            throw new LeftOffException();
        }
    }

    /// <summary>Ends a work that has waited, and not yet begun its search, where another has failed meanwhile.</summary>
    public void RequireNoFailure()
    {
        if (most > 1 && HasFailed)
        {
            _dropped++;
            throw new LeftOffException();
        }
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

    /// <summary>Does something that is no search, while others have their turn: one such thing at a time, as it runs here, and some of it is measured.</summary>
    /// <param name="work">Touches nothing that other threads might.</param>
    /// <param name="lendsPlace">Whether another work may begin meanwhile; not where a search comes right after it.</param>
    public T Aside<T>(Func<T> work, bool lendsPlace)
    {
        if (most == 1)
        {
            return work();
        }

        // Taken again without waiting for room, as for parts.
        var place = lendsPlace ? 1 : 0;
        _running -= place;
        Monitor.PulseAll(_turn);
        try
        {
            return Away(() =>
            {
                lock (_aside)
                {
                    return work();
                }
            });
        }
        finally
        {
            _running += place;
        }
    }

    private bool TryStart(Action work)
    {
        while (_running >= most)
        {
            Monitor.Wait(_turn);
        }

        if (HasFailed)
        {
            _dropped++;
            return false;
        }

        _begun++;
        _running++;
        new Thread(() => InTurn(work)) { IsBackground = true, Name = nameof(SideBySide) }.Start();
        return true;
    }

    private void InTurn(Action work)
    {
        lock (_turn)
        {
            try
            {
                work();
            }
            catch (LeftOffException)
            {
                // Whose failure that is was told.
            }
#pragma warning disable CA1031 // Told, whatever it is.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Fail(exception);
            }

            _begun--;
            _running--;
            Monitor.PulseAll(_turn);
        }
    }

    private void Fail(Exception exception)
    {
        _failed++;
        _onFailure(exception);
    }

    /// <summary>Ends a work for another's failure.</summary>
    private sealed class LeftOffException : Exception;
}
