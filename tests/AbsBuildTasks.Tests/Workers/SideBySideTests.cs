using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>Searches that begin, run at once, end and fail.</summary>
public sealed class SideBySideTests
{
    private readonly List<Exception> _failures = [];
    private readonly List<int> _dropped = [];

    [Fact]
    public void One_at_a_time_needs_no_thread()
    {
        var threads = new List<int>();
        var together = new SideBySide(1);

        together.Run(() => together.Start(() => threads.Add(together.Away(() => Environment.CurrentManagedThreadId))), _failures.Add, _dropped.Add);

        Assert.Equal([Environment.CurrentManagedThreadId], threads);
    }

    [Fact]
    public void Searches_wait_at_the_same_time_and_nothing_else_happens_at_once()
    {
        var together = new SideBySide(3);
        using var all = new Barrier(3);
        var (busy, most, done) = (0, 0, 0);

        Assert.True(together.Run(() => Start(3), _failures.Add, _dropped.Add));

        Assert.Equal((1, 3), (most, done));

        void Start(int count)
        {
            for (var i = 0; i < count; i++)
            {
                together.Start(() =>
                {
                    Work();

                    // Passes when all three are away.
                    Assert.True(together.Away(() => all.SignalAndWait(Patience.Long)));
                    Work();
                    done++;
                });
            }
        }

        void Work()
        {
            most = Math.Max(most, Interlocked.Increment(ref busy));
            Thread.Sleep(5);
            Interlocked.Decrement(ref busy);
        }
    }

    [Fact]
    public void No_more_begin_than_may()
    {
        var together = new SideBySide(2);
        using var both = new Barrier(2);
        var (begun, ended) = (0, 0);
        var running = new List<int>();

        Assert.True(together.Run(
            () =>
            {
                for (var i = 0; i < 6; i++)
                {
                    together.Start(() =>
                    {
                        // Passes when two are away.
                        Assert.True(together.Away(() => both.SignalAndWait(Patience.Long)));
                        ended++;
                    });

                    // Begins only when there is room for it.
                    running.Add(++begun - ended);
                }
            },
            _failures.Add,
            _dropped.Add));

        Assert.Equal(2, running.Max());
        Assert.Equal(6, ended);
    }

    [Fact]
    public void After_a_failure_none_begins_and_those_that_run_go_on()
    {
        var together = new SideBySide(3);
        using var failed = new ManualResetEventSlim();
        var (hasEnded, hasBegun) = (false, false);

        Assert.False(together.Run(
            () =>
            {
                together.Start(() =>
                {
                    together.Away(() => failed.Wait(Patience.Long));
                    Assert.Equal("second", Assert.Single(_failures).Message);
                    hasEnded = true;
                    throw new InvalidOperationException("first");
                });
                together.Start(() => throw new InvalidOperationException("second"));
                together.Away(() => SpinWait.SpinUntil(() => together.HasFailed, Patience.Long));
                together.Start(() => hasBegun = true);
                failed.Set();
            },
            _failures.Add,
            _dropped.Add));

        // In the order of time: the build need not wait for the others to tell it.
        Assert.Equal(["second", "first"], _failures.Select(failure => failure.Message));
        Assert.Equal([1], _dropped);
        Assert.Equal((true, false), (hasEnded, hasBegun));
    }

    [Fact]
    public void What_starts_them_may_fail_as_well()
    {
        var together = new SideBySide(2);
        var hasEnded = false;

        Assert.False(together.Run(
            () =>
            {
                together.Start(() => hasEnded = true);
                throw new IOException();
            },
            _failures.Add,
            _dropped.Add));

        Assert.IsType<IOException>(Assert.Single(_failures));
        Assert.Empty(_dropped);
        Assert.True(hasEnded);
    }

    [Fact]
    public void Who_has_waited_while_another_failed_does_not_begin()
    {
        var together = new SideBySide(2);
        var hasBegun = false;

        Assert.False(together.Run(
            () =>
            {
                together.Start(() =>
                {
                    together.Away(() => SpinWait.SpinUntil(() => together.HasFailed, Patience.Long));
                    together.RequireNoFailure();
                    hasBegun = true;
                });
                together.Start(() => throw new InvalidOperationException());
            },
            _failures.Add,
            _dropped.Add));

        Assert.Single(_failures);
        Assert.Equal([1], _dropped);
        Assert.False(hasBegun);
    }
}
