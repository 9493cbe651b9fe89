using System.Text;
using AbsBuildTasks.Followers.TensorBoard;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Tests.Shared;
using FsCheck;
using FsCheck.Xunit;

namespace AbsBuildTasks.Tests.Followers;

public sealed class TensorBoardRunTests : IDisposable
{
    private const string Search = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly TemporaryFolder _temporary = new();
    private readonly List<(string Code, string Text)> _warnings = [];

    private string Curves => Path.Combine(_temporary.Path, "curves");

    private string State => Path.Combine(_temporary.Path, "state", Search);

    private string Run => Path.Combine(Curves, "digits", "0123456789ab");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void The_checksum_is_the_standards() => Assert.Equal(ReadEvents.Masked(0xE3069283), MaskedChecksum.Of(Encoding.ASCII.GetBytes("123456789")));

    [Property]
    public bool And_that_of_the_independent_reader(byte[] bytes) => MaskedChecksum.Of(bytes) == ReadEvents.Masked(ReadEvents.Checksum(bytes));

    [Fact]
    public void A_search_has_curves_of_loss_metric_cost_and_bits()
    {
        Tell(
            new ProgressEvent("train", 1, 1, 0, 90, null, "top-1", 1),
            new LayersEvent("search", 2, [new("conv1", 4, 8, 12), new("fc", 32, 2, 10)]),
            new ProgressEvent("search", 1, 1, 0.25, 91.5, 0.0625, "top-1", 2, TestLoss: 0.375),
            new MessageEvent("nothing to draw"),
            new ProgressEvent("freeze", 1, 1, null, null, 0.03125, "top-1", 2),
            new DoneEvent());

        Assert.Equal(
            [
                ("loss/train", 1, 0), ("top-1/train", 1, 90),
                ("weight_bits_search/conv1", 2, 4), ("activation_bits_search/conv1", 2, 8), ("kept_filters_search/conv1", 2, 12),
                ("weight_bits_search/fc", 2, 32), ("activation_bits_search/fc", 2, 2), ("kept_filters_search/fc", 2, 10),
                ("loss/search", 2, 0.25f), ("test_loss/search", 2, 0.375f), ("top-1/search", 2, 91.5f), ("relative_bops/search", 2, 0.0625f),
                ("relative_bops/freeze", 2, 0.03125f),
            ],
            Read());
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_search_that_goes_on_goes_on_with_its_curves_and_has_no_step_twice()
    {
        Tell(Epochs("search", 1, 5));
        Keep();

        // The checkpoint had three of five epochs.
        Tell(Epochs("search", 4, 7));

        Assert.Equal(Enumerable.Range(1, 7).Select(step => (long)step), Read().Where(value => value.Tag == "loss/search").Select(value => value.Step));
        Assert.Equal(Read().Count, Read().DistinctBy(value => (value.Tag, value.Step)).Count());
    }

    [Fact]
    public void One_that_begins_anew_begins_new_curves()
    {
        Tell(Epochs("train", 1, 5));

        Tell(Epochs("train", 1, 2));

        Assert.Equal([1L, 2L], Read().Where(value => value.Tag == "loss/train").Select(value => value.Step));
    }

    [Fact]
    public void Of_attempts_at_a_budget_the_last_counts_and_the_search_before_stays()
    {
        Tell(
            [
                .. Epochs("search", 1, 2),
                new ProgressEvent("freeze", 1, 1, null, null, 0.5, null, 2), .. Epochs("fine-tune", 3, 4),
                new ProgressEvent("freeze", 1, 1, null, null, 0.75, null, 2), .. Epochs("fine-tune", 3, 3, loss: 9),
            ]);

        Assert.Equal(
            [("loss/search", 1, 1), ("metric/search", 1, 50), ("loss/search", 2, 1), ("metric/search", 2, 50), ("relative_bops/freeze", 2, 0.75f), ("loss/fine-tune", 3, 9), ("metric/fine-tune", 3, 50)],
            Read());
    }

    [Property(MaxTest = 30)]
    public void What_a_killed_build_left_is_gone_on_with(PositiveInt cut)
    {
        Tell(Epochs("search", 1, 4));
        Keep();
        var whole = File.ReadAllBytes(TheFile());
        var before = Read();
        File.WriteAllBytes(TheFile(), whole[..(cut.Get % whole.Length)]);

        Tell(Epochs("fine-tune", 5, 5));

        var after = Read();
        Assert.Equal(["loss/fine-tune", "metric/fine-tune"], after.TakeLast(2).Select(value => value.Tag));
        Assert.Equal(before.Take(after.Count - 2), after.SkipLast(2));
        File.Delete(Path.Combine(State, KeptState.FileName));
    }

    [Fact]
    public void A_running_TensorBoard_goes_from_file_to_file_and_never_back()
    {
        Tell(Epochs("search", 1, 3));
        var first = TheFile();
        Keep();

        Tell(Epochs("search", 2, 2));

        Assert.True(string.CompareOrdinal(first, TheFile()) < 0);
    }

    [Fact]
    public void What_cannot_be_written_is_a_warning_and_no_more()
    {
        File.WriteAllText(Curves, "a file");

        Tell(Epochs("search", 1, 3));

        var (code, text) = Assert.Single(_warnings);
        Assert.Equal("ABS4021", code);
        Assert.StartsWith($"The curves for TensorBoard cannot be written to {Run}: ", text, StringComparison.Ordinal);
    }

    [UnixFact]
    public void Nothing_is_written_through_a_link()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_temporary.Path, "elsewhere")).FullName;
        Directory.CreateDirectory(Curves);
        Directory.CreateSymbolicLink(Path.Combine(Curves, "digits"), elsewhere);

        Tell(Epochs("search", 1, 3));

        Assert.Equal("ABS4021", Assert.Single(_warnings).Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
    }

    [Fact]
    public void Two_builds_of_one_search_do_not_write_into_each_other()
    {
        using var first = Open();
        Tell(Epochs("search", 7, 9));
        first.Tell(new SearchReported("digits", Epochs("search", 1, 1)[0]));

        Assert.Equal([1L, 1L], Read().Select(value => value.Step));
        Assert.Empty(_warnings);
    }

    private static WorkerEvent[] Epochs(string phase, int first, int last, double loss = 1) =>
        [.. Enumerable.Range(first, last - first + 1).Select(step => new ProgressEvent(phase, step, last, loss, 50, null, null, step))];

    private void Keep()
    {
        Directory.CreateDirectory(State);
        File.WriteAllText(Path.Combine(State, KeptState.FileName), "");
    }

    private TensorBoardRun Open() => TensorBoardRun.Open(Curves, "digits", State, (code, text) => _warnings.Add((code, text)));

    private void Tell(params WorkerEvent[] events)
    {
        using var run = Open();
        run.Tell(new SearchStarted("digits", 0.5, 3));
        Array.ForEach(events, each => run.Tell(new SearchReported("digits", each)));
    }

    private string TheFile() => Assert.Single(Directory.GetFiles(Run, "*tfevents*"));

    private IReadOnlyList<(string Tag, long Step, float Value)> Read() => ReadEvents.In(TheFile());
}
