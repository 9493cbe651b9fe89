using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

public sealed class ModelNoiseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<int> _asked = [];
    private readonly List<string> _titles = [];
    private readonly RecordingTask _task = new();
    private readonly HashSet<int> _missed = [];
    private readonly HashSet<int> _unknown = [];
    private readonly HashSet<int> _ended = [];

    private string Beside => NoiseFile.PathIn(_folder.Path, "digits");

    private string Snapshots => _folder.File("AbsPlans");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_seeds_that_are_new_are_asked_for()
    {
        Update("3");
        Assert.Equal([8, 9], _asked);
        Assert.Equal([7, 8, 9], Seeds(Beside));

        Update("4");
        Update("4");

        Assert.Equal([8, 9, 10], _asked);
        Assert.Equal("seed 10 (4 of 4)", _titles[^1]);
        Assert.Contains(_task.Messages, message => message.Contains("digits: noise of 4 seeds", StringComparison.Ordinal));
        Update("3");
        Assert.Equal([7, 8, 9], Seeds(Beside));
        Update("3", isAfresh: true);
        Assert.Equal([8, 9, 10, 8, 9], _asked);
        Assert.False(Directory.Exists(Snapshots));
    }

    [Fact]
    public void Runs_of_other_inputs_count_for_nothing()
    {
        Update("3");

        Update("3", plan: SamplePlan.Digits with { Fingerprint = new('b', 64) });

        Assert.Equal([8, 9, 8, 9], _asked);
        Assert.Equal(new('b', 64), NoiseFile.Find(Beside, "digits")!.Fingerprint);
    }

    [Fact]
    public void Nothing_is_measured_that_nobody_asks_for()
    {
        Update(null);

        Assert.Empty(_asked);
        Assert.False(File.Exists(Beside));
    }

    [Theory]
    [InlineData(null, 10)]
    [InlineData("3", 3)]
    public void What_is_asked_for_by_the_target_lies_beside_the_snapshot_too(string? seeds, int count)
    {
        Update(seeds, isCalibrating: true);
        Update(seeds, isCalibrating: true);

        Assert.Equal(count - 1, _asked.Count);
        Assert.Equal(Enumerable.Range(7, count), Seeds(NoiseFile.PathIn(Snapshots, "digits")));
    }

    [Fact]
    public void A_seed_without_a_plan_is_a_warning_and_left_out()
    {
        _missed.Add(8);

        Update("4");

        Assert.Equal("ABS3001", Assert.Single(_task.Warnings).Code);
        Assert.Equal([7, 9, 10], Seeds(Beside));
    }

    [Fact]
    public void A_seed_whose_search_ended_early_is_a_warning_and_is_asked_for_again()
    {
        _ended.Add(8);

        Update("4");

        var warning = Assert.Single(_task.Warnings);
        Assert.Equal(AbsCodes.NoiseUnknown, warning.Code);
        Assert.StartsWith("The search by Seed=8 was ended early (search after 1 epochs)", warning.Message, StringComparison.Ordinal);
        Assert.Equal([7, 9, 10], Seeds(Beside));

        _ended.Clear();
        Update("4");

        Assert.Equal([8, 9, 10, 8], _asked);
        Assert.Equal([7, 8, 9, 10], Seeds(Beside));
    }

    [Fact]
    public void The_noise_of_a_plan_whose_search_ended_early_is_not_measured()
    {
        Update("3", isCalibrating: true, plan: Ended(SamplePlan.Digits));

        Assert.Equal(AbsCodes.NoiseUnknown, Assert.Single(_task.Warnings).Code);
        Assert.Empty(_asked);
        Assert.False(File.Exists(Beside));
        Assert.False(Directory.Exists(Snapshots));
    }

    [Fact]
    public void Too_few_plans_are_a_warning_and_no_noise()
    {
        _missed.Add(8);

        Update("3");

        Assert.Equal(["ABS3001", AbsCodes.NoiseUnknown], _task.Warnings.Select(warning => warning.Code));
        Assert.False(File.Exists(Beside));
    }

    [Fact]
    public void Where_a_seed_may_not_be_searched_for_there_is_no_noise()
    {
        _unknown.Add(9);

        Update("3");

        Assert.Contains("abs: digits: the plan by seed 9 is in no cache; the noise is not measured", _task.Messages);
        Assert.Empty(_task.Warnings);
        Assert.False(File.Exists(Beside));
    }

    private static CompressionPlan Ended(CompressionPlan plan) => plan with { EndedEarly = [new("search", 1, 0)] };

    private static IEnumerable<int> Seeds(string file) => NoiseFile.Find(file, "digits")!.Runs.Select(run => run.Seed);

    private void Update(string? seeds, bool isAfresh = false, bool isCalibrating = false, CompressionPlan? plan = null)
    {
        var item = new TaskItem("digits", new Dictionary<string, string> { ["Budget"] = SamplePlan.Digits.Budget, ["Sweep"] = "bops=1%", ["Seed"] = "7", ["Seeds"] = seeds ?? "" });
        plan ??= SamplePlan.Digits;
        new ModelNoise(_task, ModelItem.ReadAll([item], _folder.Path, []).Single(), plan.Fingerprint, Beside, isCalibrating ? Snapshots : null, isAfresh).Update(plan, OutcomeOf);
    }

    private PointOutcome OutcomeOf(PlanPoint point, PlanMetric metric)
    {
        var model = point.Model;
        _titles.Add(point.Title);
        Assert.Empty(model.Settings.Sweep);
        var seed = model.Settings.Seed;
        _asked.Add(seed);
        return _missed.Contains(seed) ? new(Miss: SweepMiss.Of(model.Settings.Budget, new(AbsCodes.ImpossibleBudget, "It cannot be met.")))
            : _unknown.Contains(seed) ? new()
            : new(SamplePlan.Digits with { Metric = SamplePlan.Digits.Metric with { Compressed = 90 + seed } } is var plan && _ended.Contains(seed) ? Ended(plan) : plan);
    }
}
