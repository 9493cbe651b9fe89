using AbsBuildTasks.Search.Engine;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Engine;

public class HeartbeatTests
{
    [Fact]
    public void Work_that_takes_long_is_told_of_after_a_second_and_then_every_ten()
    {
        var (clock, told) = (new Clock(), new List<string>());
        var heartbeat = new Heartbeat(told.Add, clock);

        for (var tenth = 0; tenth <= 300; tenth++)
        {
            clock.Now = tenth * TimeSpan.TicksPerSecond / 10;
            heartbeat.Beat(() => $"{tenth}");
        }

        Assert.Equal(["10", "110", "210"], told);
    }

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
