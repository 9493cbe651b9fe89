using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>What searches that run at once do aside, with or without lending their place.</summary>
public sealed class SideBySideAsideTests
{
    private readonly List<Exception> _failures = [];
    private readonly List<int> _dropped = [];

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
}
