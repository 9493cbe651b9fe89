using AbsBuildTasks.Plans.Protocol;

namespace AbsBuildTasks.Plans.Tests.Protocol;

public class BuildEventJsonTests
{
    [Fact]
    public void A_start_is_a_line() => Assert.Equal(
        """{"model":"digits","started":{"budget":0.05,"epochs":30}}""",
        BuildEventJson.Write(new SearchStarted("digits", 0.05, 30)));

    [Fact]
    public void A_workers_line_is_kept_whole() => Assert.Equal(
        """{"model":"digits","event":{"abs":1,"kind":"done"}}""",
        BuildEventJson.Write(new SearchReported("digits", new DoneEvent())));

    [Fact]
    public void What_is_written_reads_back()
    {
        foreach (var model in new[] { "digits", "a\"b\n\u202e層" })
        {
            BuildEvent[] events =
            [
                new SearchStarted(model, 0.03, 30),
                new SearchStarted(model, null, 30),
                new SearchReported(model, new ProgressEvent("search", 3, 10, 0.21, null, 0.041, "top-1")),
                new SearchReported(model, new MessageEvent("\n::error::x")),
                new SearchReported(model, new ErrorEvent("ABS3001", "no")),
                new SearchReported(model, new DoneEvent()),
            ];
            Assert.All(events, written =>
            {
                Assert.True(BuildEventJson.TryRead(BuildEventJson.Write(written), out var read));
                Assert.Equal(written, read);
            });
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("""{"model":"a"}""")]
    [InlineData("""{"model":"a","event":{"abs":1,"kind":"later"}}""")]
    [InlineData("""{"model":"a","started":{"budget":0.1,"epochs":-1}}""")]
    [InlineData("""{"model":"a","started":{"budget":0.1,"epochs":1}""")]
    public void Other_lines_are_no_events(string line) => Assert.False(BuildEventJson.TryRead(line, out _));
}
