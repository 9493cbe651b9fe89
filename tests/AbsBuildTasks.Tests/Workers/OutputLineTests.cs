using AbsBuildTasks.Msbuild;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Tasks;

namespace AbsBuildTasks.Tests.Workers;

/// <summary>The lines that a build prints of a search.</summary>
public sealed class OutputLineTests
{
    [Fact]
    public void Progress_names_the_metric() =>
        Assert.Equal(
            "abs: digits: search 3/10  loss 0.21  top-1 97.5  BOPs 4.1%",
            ProgressLine.Of("digits", new ProgressEvent("search", 3, 10, 0.21, 97.5, 0.041, "top-1")));

    [Fact]
    public void Progress_leaves_out_what_was_not_measured() =>
        Assert.Equal("abs: digits: calibrate 1/1", ProgressLine.Of("digits", new ProgressEvent("calibrate", 1, 1, null, null, null, "top-1")));

    [Theory]
    [InlineData("a=1", "a=1", null)]
    [InlineData("a=1", "a=2", "a changed from 1 to 2")]
    [InlineData("a=1 b=1", "a=2 c=1", "a changed from 1 to 2, b is gone and c is new")]
    [InlineData("", "a=1 b=1 c=1 d=1 e=1 f=1", "a is new, b is new, c is new, d is new and 2 more")]
    public void A_search_says_why_it_runs_again(string before, string after, string? because) =>
        Assert.Equal(because is null ? null : "abs: digits: searching again, because " + because, SearchReason.Of("digits", FingerprintChanges.Between(Entries(before).Entries, Entries(after).Entries)));

    private static Fingerprint Entries(string text)
    {
        var builder = new FingerprintBuilder();
        foreach (var entry in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            builder.Add(entry[..1], entry[2..]);
        }

        return builder.Build();
    }
}
