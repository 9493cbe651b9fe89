using AbsBuildTasks.Plans.Errors;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>A checkpoint that cannot be used, or not be written, costs a warning and never a result.</summary>
public sealed class UnusableCheckpointTests : IDisposable
{
    private readonly InterruptedSearch _search = new();

    public void Dispose() => _search.Dispose();

    [Fact]
    public void A_damaged_checkpoint_is_reported_once_and_the_search_starts_afresh()
    {
        var expected = _search.Uninterrupted("chain");
        Assert.Null(_search.Sitting("chain", stopAtReport: true));
        var content = File.ReadAllBytes(_search.CheckpointFile);
        content[content.Length / 2] ^= 1;
        File.WriteAllBytes(_search.CheckpointFile, content);

        Assert.Equal(expected, _search.Sitting("chain"));

        Assert.Equal(AbsCodes.CheckpointUnusable, Assert.Single(_search.Warnings).Code);
        Assert.Contains("'stripes' is damaged", _search.Warnings[0].Text, StringComparison.Ordinal);
        Assert.Empty(_search.Resumed);
    }

    [Theory]
    [InlineData("dropout", "chain")]
    [InlineData("chain", "dropout")]
    [InlineData("wide", "chain")]
    public void A_checkpoint_of_another_network_is_reported_and_leaves_no_trace(string before, string now)
    {
        var expected = _search.Uninterrupted(now);
        Assert.Null(_search.Sitting(before, stopAtReport: true));

        Assert.Equal(expected, _search.Sitting(now));

        Assert.Equal(AbsCodes.CheckpointUnusable, Assert.Single(_search.Warnings).Code);
        Assert.Empty(_search.Resumed);
    }

    [Fact]
    public void What_a_killed_process_was_writing_is_ignored_and_removed()
    {
        var expected = _search.Uninterrupted("chain");
        Assert.Null(_search.Sitting("chain", stopAtReport: true));
        var torn = Path.Combine(_search.Folder, $".{InterruptedSearch.CheckpointName}.{Guid.NewGuid():N}.tmp");
        File.WriteAllBytes(torn, File.ReadAllBytes(_search.CheckpointFile)[..1000]);

        Assert.Equal(expected, _search.Sitting("chain"));

        Assert.False(File.Exists(torn));
        Assert.Single(_search.Resumed);
        Assert.Empty(_search.Warnings);
    }

    [Fact]
    public void Without_a_folder_that_can_be_written_the_search_runs_all_the_same()
    {
        var expected = _search.Uninterrupted("chain");
        File.WriteAllText(Path.Combine(_search.Folder, "file"), "");

        Assert.Equal(expected, _search.Sitting("chain", folder: Path.Combine(_search.Folder, "file", "below")));

        Assert.Equal(AbsCodes.CheckpointNotWritable, Assert.Single(_search.Warnings).Code);
    }

    [Fact]
    public void A_checkpoint_under_other_decisions_is_reported_and_leaves_no_trace()
    {
        var expected = _search.Uninterrupted("locked");
        Assert.Null(_search.Sitting("chain", stopAtReport: true));

        Assert.Equal(expected, _search.Sitting("locked"));

        Assert.Equal(AbsCodes.CheckpointUnusable, Assert.Single(_search.Warnings).Code);
    }
}
