using AbsBuildTasks.Plans.Runs;

namespace AbsBuildTasks.Plans.Tests.Runs;

public sealed class KeptRunTests
{
    private const string Record = """{ "device": "cpu", "started": "2026-01-02T03:04:05Z", "seconds": 0.1, "epochs": [] }""";

    [Fact]
    public void Each_time_is_told_in_its_order_and_all_else_stays()
    {
        var once = KeptRun.Add(Record, "a", "b", ["code:X changed"]);
        var twice = KeptRun.Add(once, "b", "c", ["package:Y is new", "code:Z changed"]);

        var history = RunHistory.Parse(twice, "x");
        Assert.Equal([("a", "b", 1), ("b", "c", 2)], history.Kept.Select(kept => (kept.From, kept.To, kept.Changes.Count)));
        Assert.Equal(("cpu", 0.1), (history.Device, history.Seconds));
        Assert.Contains("\"started\": \"2026-01-02T03:04:05Z\"", twice, StringComparison.Ordinal);
        Assert.Empty(RunHistory.Parse(Record, "x").Kept);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{ \"epochs\": [")]
    public void What_is_no_record_stays_as_it_is(string text) => Assert.Equal(text, KeptRun.Add(text, "a", "b", []));
}
