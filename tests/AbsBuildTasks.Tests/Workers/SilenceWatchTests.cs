using AbsBuildTasks.Workers;

namespace AbsBuildTasks.Tests.Workers;

public sealed class SilenceWatchTests
{
    private readonly SilenceWatch _watch = new(Seconds(60), Seconds(600));

    [Fact]
    public void The_first_silence_is_told_of_once()
    {
        Assert.Null(_watch.Look(Seconds(59), 0));
        Assert.Equal(Seconds(1), _watch.Left(Seconds(59)));

        Assert.Equal(Seconds(60), _watch.Look(Seconds(60), 0));

        Assert.Equal(Timeout.InfiniteTimeSpan, _watch.Left(Seconds(60)));
        Assert.Null(_watch.Look(Seconds(1000), 0));
    }

    [Fact]
    public void A_worker_that_has_reported_may_take_its_time()
    {
        Assert.Null(_watch.Look(Seconds(10), 1));

        Assert.Null(_watch.Look(Seconds(609), 1));
        Assert.Equal(Seconds(1), _watch.Left(Seconds(609)));
        Assert.Equal(Seconds(600), _watch.Look(Seconds(610), 1));
    }

    [Fact]
    public void Each_silence_between_reports_is_told_of_once_and_later_ones_may_be_three_times_longer()
    {
        _ = _watch.Look(Seconds(0), 1);
        Assert.Equal(Seconds(600), _watch.Look(Seconds(700), 1));

        // After 700 seconds without a word, 2,100 are nothing new.
        Assert.Null(_watch.Look(Seconds(700), 2));
        Assert.Null(_watch.Look(Seconds(2799), 2));
        Assert.Equal(Seconds(2100), _watch.Look(Seconds(2800), 2));

        // A short one afterwards takes nothing back.
        Assert.Null(_watch.Look(Seconds(2801), 3));
        Assert.Null(_watch.Look(Seconds(2802), 4));
        Assert.True(_watch.Left(Seconds(2802)) > Seconds(2100));
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
