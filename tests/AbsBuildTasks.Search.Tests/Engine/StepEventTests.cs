using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>An epoch of a real search may take an hour, and who watches wants to see that it runs.</summary>
public sealed class StepEventTests
{
    private readonly List<StepEvent> _told = [];
    private readonly Dictionary<(string, int), int> _done = [];

    [Fact]
    public void Every_step_may_be_told_but_the_last_of_an_epoch_whose_end_is()
    {
        Run(TimeSpan.Zero);

        Assert.Equal(["train", "baseline", "search", "fine-tune"], _told.Select(step => step.Phase).Distinct());
        Assert.All(_told.GroupBy(step => step.Phase), phase =>
        {
            var (epochs, steps) = (phase.First().Epochs, phase.First().Steps);
            Assert.True(steps > 1);
            Assert.Equal(from epoch in Enumerable.Range(1, epochs) from step in Enumerable.Range(1, steps - 1) select (epoch, step), phase.Select(step => (step.Epoch, step.Step)));
        });
        Assert.Equal(_told.Select(step => _done[(step.Phase, step.Epoch)] - 1), _told.Select(step => step.Done));
    }

    [Fact]
    public void Otherwise_only_the_first_of_a_stage_is_where_nothing_was_told_before()
    {
        Run(TimeSpan.FromDays(1));

        Assert.Equal([("train", 1, 1), ("baseline", 1, 1)], _told.Select(step => (step.Phase, step.Epoch, step.Step)));
    }

    private void Run(TimeSpan interval)
    {
        var job = StripesSearch.Job(StripesSearch.Settings with { TrainEpochs = 2, SearchEpochs = 2, FineTuneEpochs = 1 }) with { TellStep = _told.Add, StepInterval = interval };
        using var result = SearchEngine.Run(new StripesModel(), job, progress => _done[(progress.Phase, progress.Epoch)] = progress.Done, CancellationToken.None);
    }
}
