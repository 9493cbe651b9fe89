using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>A network that has learned nothing is not compressed without a word.</summary>
public sealed class ChanceTests
{
    private static readonly SearchSettings Settings = StripesSearch.Settings with { SearchEpochs = 2, FineTuneEpochs = 1 };

    [Theory]
    [InlineData(BaselineKind.EqualSteps)]
    [InlineData(BaselineKind.AsTrained)]
    public void A_network_that_has_learned_nothing_is_warned_of_once(BaselineKind baseline)
    {
        var (code, text) = Assert.Single(Run(Settings with { LearningRate = 1e-9, Baseline = baseline }, new StripesModel()));

        Assert.Equal(AbsCodes.NoBetterThanChance, code);
        Assert.StartsWith("The full-precision network's top-1 is ", text, StringComparison.Ordinal);
        Assert.Contains("TrainEpochs", text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_has_is_not() => Assert.Empty(Run(Settings, new StripesModel()));

    [Fact]
    public void One_that_learns_while_it_trains_on_is_not() => Assert.Empty(Run(Settings with { TrainEpochs = 0, SearchEpochs = 5 }, new StripesModel()));

    /// <summary>Nine of ten are right, and nine of ten are of one class.</summary>
    [Fact]
    public void Answering_the_most_frequent_class_is_no_better_than_chance()
    {
        var (code, _) = Assert.Single(Run(Settings, new StripesModel { MetricOf = (output, _) => 100 * tensor(Enumerable.Range(0, (int)output.shape[0]).Select(i => i % 4 == 0 ? 1.0 : 0).ToArray()).mean().item<double>() }));

        Assert.Equal(AbsCodes.NoBetterThanChance, code);
    }

    [Fact]
    public void A_plan_that_loses_everything_is_warned_of()
    {
        var frozen = false;
        var model = new StripesModel { MetricOf = (output, target) => frozen ? 20 : 100 * output.argmax(1).eq(target).to(ScalarType.Float64).mean().item<double>() };

        var (code, text) = Assert.Single(Run(Settings, model, progress => frozen |= progress.Phase == "freeze"));

        Assert.Equal(AbsCodes.NoBetterThanChance, code);
        Assert.StartsWith("The compressed network's top-1 is 20.00, which is no better", text, StringComparison.Ordinal);
        Assert.Contains("bops=3%", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_goes_on_tells_it_again()
    {
        var folder = Directory.CreateTempSubdirectory("abs-chance-").FullName;
        try
        {
            using var stop = new CancellationTokenSource();
            var settings = Settings with { LearningRate = 1e-9 };
            Assert.Throws<OperationCanceledException>(() => Run(settings, new StripesModel(), progress => (progress.Phase == "search" ? stop : null)?.Cancel(), folder, stop.Token));

            Assert.Equal(AbsCodes.NoBetterThanChance, Assert.Single(Run(settings, new StripesModel(), folder: folder)).Code);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<(string Code, string Text)> Run(SearchSettings settings, StripesModel model, Action<SearchProgress>? report = null, string? folder = null, CancellationToken cancellation = default)
    {
        var warnings = new List<(string, string)>();
        SearchEngine.Run(model, StripesSearch.Job(settings) with { Warn = (code, text) => warnings.Add((code, text)), CheckpointDirectory = folder }, report ?? (_ => { }), cancellation).Dispose();
        return warnings;
    }
}
