using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

public sealed class ModelSweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _asked = [];
    private readonly List<string> _titles = [];
    private readonly RecordingTask _task = new();

    private string SweepPath => Path.Combine(_folder.Path, "digits.sweep.json");

    private SweepResult Sweep => SweepFile.Read(SweepPath, "digits", SamplePlan.Fingerprint);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Only_points_that_are_new_are_asked_for()
    {
        Update("bops=1%|bops=2%");
        Assert.Equal(["bops=1%", "bops=2%"], _asked);

        Update("bops=2%|bops=3%");

        Assert.Equal(["bops=1%", "bops=2%", "bops=3%"], _asked);
        Assert.Equal([SamplePlan.Digits.Budget, "bops=2%", "bops=3%"], Sweep.Points.Select(point => point.Budget));
        Assert.Equal("sweep 2/2: bops=3%", _titles[^1]);
        Update("bops=2%|bops=3%");
        Assert.Equal(3, _asked.Count);
        Update("bops=2%|bops=3%", isAfresh: true);
        Assert.Equal(5, _asked.Count);
    }

    [Fact]
    public void A_sweep_whose_folder_is_taken_anew_is_written_again()
    {
        var item = new TaskItem("digits", new Dictionary<string, string> { ["Budget"] = SamplePlan.Digits.Budget, ["Sweep"] = "bops=1%" });
        Update("bops=1%");
        var update = new ModelSweep(_task, ModelItem.ReadAll([item], _folder.Path, []).Single(), SamplePlan.Fingerprint, SweepPath, isAfresh: false);
        File.Delete(SweepPath);

        update.Update(SamplePlan.Digits, OutcomeOf);

        Assert.Equal(["bops=1%"], _asked);
        Assert.Equal(2, Sweep.Points.Count);
    }

    [Fact]
    public void The_models_own_budget_is_no_further_point() => Assert.Equal([SamplePlan.Digits.Budget], Points(SamplePlan.Digits.Budget));

    [Fact]
    public void A_point_without_a_plan_is_a_warning_each_time_and_asked_for_once()
    {
        Assert.Equal([SamplePlan.Digits.Budget, "bops=1%"], Points("size=1B|bops=1%"));
        Assert.Equal([SamplePlan.Digits.Budget, "bops=1%"], Points("size=1B|bops=1%"));

        Assert.Equal(["size=1B", "bops=1%"], _asked);
        Assert.Equal(["ABS3001", "ABS3001"], _task.Warnings.Select(warning => warning.Code));
        Assert.Equal("size=1B", Assert.Single(Sweep.Missed).Budget);
    }

    [Fact]
    public void A_point_that_may_not_be_searched_for_is_told_and_asked_for_again()
    {
        Assert.Equal([SamplePlan.Digits.Budget], Points("lambda=0.5"));
        Assert.Equal([SamplePlan.Digits.Budget], Points("lambda=0.5"));

        Assert.Equal(["lambda=0.5", "lambda=0.5"], _asked);
        Assert.Contains("abs: digits: the sweep goes without lambda=0.5, which is in no cache", _task.Messages);
        Assert.Empty(_task.Warnings);
    }

    [Fact]
    public void A_damaged_sweep_is_made_anew_and_one_that_is_no_longer_wanted_goes()
    {
        Update("bops=1%");
        File.WriteAllText(SweepPath, "{");
        Assert.Equal([SamplePlan.Digits.Budget, "bops=1%"], Points("bops=1%"));

        Update("");

        Assert.False(File.Exists(SweepPath));
    }

    private IEnumerable<string> Points(string sweep)
    {
        Update(sweep);
        return Sweep.Points.Select(point => point.Budget);
    }

    private void Update(string sweep, bool isAfresh = false)
    {
        var item = new TaskItem("digits", new Dictionary<string, string> { ["Budget"] = SamplePlan.Digits.Budget, ["Sweep"] = sweep });
        var asked = _asked.Count;
        var update = new ModelSweep(_task, ModelItem.ReadAll([item], _folder.Path, []).Single(), SamplePlan.Fingerprint, SweepPath, isAfresh);
        var missing = update.Missing.Select(point => point.Name).ToArray();
        update.Update(SamplePlan.Digits, OutcomeOf);

        // Just those that searches may begin with before there is a plan.
        Assert.Equal(missing, _asked.Skip(asked));
    }

    private PointOutcome OutcomeOf(PlanPoint point, PlanMetric metric)
    {
        var model = point.Model;
        _titles.Add(point.Title);
        Assert.Empty(model.Settings.Sweep);
        var budget = model.Settings.Budget.ToString();
        _asked.Add(budget);
        return budget switch
        {
            "size=1B" => new(Miss: SweepMiss.Of(model.Settings.Budget, new(AbsCodes.ImpossibleBudget, $"Budget=\"{budget}\" cannot be met."))),
            "lambda=0.5" => new(),
            _ => new(SamplePlan.Digits with { Budget = budget }),
        };
    }
}
