using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>A search that was stopped ends, however often and wherever that was, in the bytes of one that was not.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly InterruptedSearch _search = new();

    public static TheoryData<string> Models => ["chain", "dropout", "random depth", "augmented", "logit gates", "teacher", "size", "lambda", "layers", "deep", "sums", "branches", "frozen", "recurrent", "heads", "filter scales", "infinite at first", "loud at first", "noisy"];

    /// <summary>Those in which more than the place within the epoch may change from one step to the next.</summary>
    public static TheoryData<string> SteppedModels => ["chain", "dropout", "random depth", "augmented", "logit gates", "teacher", "deep", "branches", "recurrent", "heads", "noisy"];

    public static TheoryData<string> LongModels => ["drop", "locked", "patience"];

    public void Dispose() => _search.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void Cancelled_at_the_end_of_every_epoch(string model)
    {
        var expected = _search.Uninterrupted(model);

        Assert.Equal(expected, _search.UntilDoneByReports(model));

        // 2 + 4 + 1 + 2 + 1 + 2 epochs and steps between; only the last, the evaluation's, cannot be cancelled.
        Assert.Equal(
            ["train 2/2", "train 2/2", "baseline 2/4", "baseline 3/4", "baseline 4/4", "baseline 4/4", "search 1/2", "search 2/2", "freeze", "fine-tune 1/2", "fine-tune 2/2", "fine-tune 2/2"],
            _search.Resumed);
        Assert.Empty(_search.Warnings);
    }

    [Fact]
    public void Cancelled_at_the_end_of_every_epoch_where_the_first_plan_loses_too_much()
    {
        string[] attempt = ["freeze", "fine-tune 1/2", "fine-tune 2/2", "fine-tune 2/2"];
        var phases = new List<string>();
        var (bytes, record) = _search.Run("drop", null, null, TimeSpan.Zero, progress => phases.Add(progress.Phase));
        var attempts = phases.Count(phase => phase == "freeze");

        var resumed = _search.UntilDoneByReports("drop");

        Assert.Equal([.. bytes, InterruptedSearch.Comparable(record)], resumed);
        Assert.InRange(attempts, 2, 4);
        Assert.Equal(["train 2/2", "train 2/2", "search 1/2", "search 2/2", .. Enumerable.Repeat(attempt, attempts).SelectMany(stages => stages)], _search.Resumed);
        Assert.Empty(_search.Warnings);
    }

    [Fact]
    public void Cancelled_at_the_end_of_every_epoch_under_given_decisions()
    {
        var expected = _search.Uninterrupted("locked");

        Assert.Equal(expected, _search.UntilDoneByReports("locked"));

        Assert.Equal(
            ["train 2/2", "train 2/2", "baseline 2/4", "baseline 3/4", "baseline 4/4", "baseline 4/4", "settle 1/2", "settle 2/2", "freeze", "fine-tune 1/2", "fine-tune 2/2", "fine-tune 2/2"],
            _search.Resumed);
        Assert.Empty(_search.Warnings);
    }

    [Fact]
    public void A_drop_that_cannot_be_met_is_told_alike()
    {
        var expected = Assert.Throws<AbsException>(() => _search.Uninterrupted("impossible drop"));

        var error = Assert.Throws<AbsException>(() => _search.UntilDoneByReports("impossible drop"));

        Assert.Equal((AbsCodes.BudgetMissed, expected.Message), (error.Code, error.Message));

        // Four plans; that there is no other is known without a measurement.
        Assert.Equal(4, _search.Resumed.Count(place => place == "freeze"));
    }

    [Theory]
    [MemberData(nameof(SteppedModels))]
    [MemberData(nameof(LongModels))]
    public void Cancelled_at_random_steps(string model)
    {
        var expected = _search.Uninterrupted(model);

        Assert.Equal(expected, _search.UntilDone(model, withoutNotice: false, TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData("dropout", 0)]
    [InlineData("random depth", 3600)]
    [InlineData("drop", 0)]
    [InlineData("deep", 0)]
    public void Ended_without_notice_at_random_steps(string model, int seconds)
    {
        var expected = _search.Uninterrupted(model);

        Assert.Equal(expected, _search.UntilDone(model, withoutNotice: true, TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void From_starting_weights()
    {
        var weights = Path.Combine(_search.Folder, "start.dat");
        using (var network = TestNetworks.Chain())
        {
            network.save(weights);
        }

        var expected = _search.Uninterrupted("chain", weights);

        Assert.Equal(expected, _search.UntilDoneByReports("chain", weights));
        Assert.Equal("baseline 2/4", _search.Resumed.First());
    }
}
