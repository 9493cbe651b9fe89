using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

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
    public void What_is_done_aside_keeps_nothing_from_beginning_and_is_done_one_at_a_time()
    {
        var together = new SideBySide(2);
        using var hasBegun = new ManualResetEventSlim();
        var (busy, most, done) = (0, 0, 0);

        Assert.True(together.Run(
            () =>
            {
                together.Start(Aside);
                together.Start(Aside);

                // Both places are lent.
                together.Start(hasBegun.Set);
            },
            _failures.Add,
            _dropped.Add));

        Assert.Equal((1, 2), (most, done));

        void Aside()
        {
            Assert.True(together.Aside(Wait, lendsPlace: true));
            done++;
        }

        bool Wait()
        {
            most = Math.Max(most, Interlocked.Increment(ref busy));
            var isSet = hasBegun.Wait(Patience.Long);
            Interlocked.Decrement(ref busy);
            return isSet;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Then_no_more_searches_run_than_may_and_none_in_its_place_where_its_own_follows(bool lendsPlace)
    {
        var together = new SideBySide(2);
        var (begun, mostBegun, running, most) = (0, 0, 0, 0);

        together.Run(
            () =>
            {
                for (var i = 0; i < 6; i++)
                {
                    together.Start(() =>
                    {
                        mostBegun = Math.Max(mostBegun, ++begun);
                        together.Aside(Pause, lendsPlace);
                        begun--;
                    });
                }

                for (var i = 0; i < 6; i++)
                {
                    together.Start(() =>
                    {
                        most = Math.Max(most, ++running);
                        together.Away(Pause);
                        running--;
                    });
                }
            },
            _failures.Add,
            _dropped.Add);

        Assert.InRange(most, 1, 2);
        Assert.InRange(mostBegun, 1, lendsPlace ? 6 : 2);

        static int Pause()
        {
            Thread.Sleep(5);
            return 0;
        }
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
    public void The_parts_of_a_work_run_at_once_and_have_its_place()
    {
        var together = new SideBySide(2);
        using var both = new Barrier(2);
        var ended = new List<string>();

        Assert.True(together.Run(
            () => together.Start(() =>
            {
                together.All([.. new[] { "a", "b" }.Select(name => (Action)(() =>
                {
                    Assert.True(together.Away(() => both.SignalAndWait(Patience.Long)));
                    ended.Add(name);
                }))]);
                ended.Add("work");
            }),
            _failures.Add,
            _dropped.Add));

        Assert.Equal(3, ended.Count);
        Assert.Equal("work", ended[^1]);
    }

    [Fact]
    public void A_single_part_after_something_aside_waits_for_room()
    {
        var together = new SideBySide(2);
        using var bothRun = new CountdownEvent(2);
        using var isBack = new ManualResetEventSlim();
        var (running, most, hasEnded) = (0, 0, false);

        Assert.True(together.Run(
            () =>
            {
                together.Start(() =>
                {
                    Assert.True(together.Aside(() => bothRun.Wait(Patience.Long), lendsPlace: true));

                    // Both end as soon as they have their turn.
                    isBack.Set();
                    together.All([() => Search(() => true)]);
                    hasEnded = true;
                });
                together.Start(() => Search(WaitUntilBack));
                together.Start(() => Search(WaitUntilBack));
            },
            _failures.Add,
            _dropped.Add));

        Assert.Equal((2, true), (most, hasEnded));

        bool WaitUntilBack()
        {
            bothRun.Signal();
            return isBack.Wait(Patience.Long);
        }

        void Search(Func<bool> wait)
        {
            most = Math.Max(most, ++running);
            Assert.True(together.Away(wait));
            running--;
        }
    }

    [Fact]
    public void With_one_at_a_time_parts_come_in_order_and_the_first_failure_ends_all()
    {
        var together = new SideBySide(1);
        var done = new List<int>();

        Assert.Throws<InvalidOperationException>(() => together.Run(
            () => together.Start(() => together.All([() => done.Add(1), () => throw new InvalidOperationException(), () => done.Add(3)])),
            _failures.Add,
            _dropped.Add));

        Assert.Equal([1], done);
    }

    [Fact]
    public void A_part_that_fails_ends_its_work_is_told_once_and_keeps_further_parts_from_beginning()
    {
        var together = new SideBySide(2);
        using var failed = new ManualResetEventSlim();
        var (hasEnded, hasGoneOn) = (false, false);

        Assert.False(together.Run(
            () => together.Start(() =>
            {
                together.All(
                [
                    () =>
                    {
                        together.Away(() => failed.Wait(Patience.Long));
                        hasEnded = true;
                    },
                    () =>
                    {
                        failed.Set();
                        throw new InvalidOperationException("second");
                    },
                    () => throw new InvalidOperationException("third"),
                ]);
                hasGoneOn = true;
            }),
            _failures.Add,
            _dropped.Add));

        Assert.Equal("second", Assert.Single(_failures).Message);
        Assert.Equal([1], _dropped);
        Assert.Equal((true, false), (hasEnded, hasGoneOn));
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
