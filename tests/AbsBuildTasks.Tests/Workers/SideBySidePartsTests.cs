using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>A search of several parts among those that run at once.</summary>
public sealed class SideBySidePartsTests
{
    private readonly List<Exception> _failures = [];
    private readonly List<int> _dropped = [];

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
}
