using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Data;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Newtonsoft.Json.Linq;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Engine;

public sealed class SharedTrainingTests : IDisposable
{
    private static readonly SearchSettings Settings = StripesSearch.Settings with { TrainEpochs = 3, SearchEpochs = 2, FineTuneEpochs = 1 };

    private readonly DataFolder _folder = new();
    private readonly List<SearchProgress> _reports = [];
    private readonly List<string> _told = [];

    public void Dispose()
    {
        if (Directory.Exists(_folder.Root))
        {
            _folder.Dispose();
        }
    }

    [Theory]
    [InlineData("bops=1%")]
    [InlineData("size=15%;drop=90")]
    public void A_plan_is_the_same_whether_its_training_ran_in_its_own_search(string budget)
    {
        var settings = Settings with { Budget = Budget.Parse(budget), Gate = GateKind.Logit };
        var (alone, _) = Run(settings, training: null);
        _ = Run(Settings);
        _reports.Clear();

        var (plan, record) = Run(settings);

        Assert.Equal(PlanJson.Write(alone), PlanJson.Write(plan));
        Assert.DoesNotContain(_reports, report => report.Phase is "train" or "baseline");
        Assert.Contains("full precision: as an earlier search trained it", _told);

        // The epochs of the training are in the record of every plan that stands on it.
        Assert.Equal(3, JObject.Parse(record)["epochs"]!.Count(epoch => (string?)epoch["phase"] == "train"));
        Assert.Equal(Enumerable.Range(3 + 2 + 1 + 1, 2 + 1), _reports.Select(report => report.Done).Where(done => done > 6).Distinct());
    }

    [Fact]
    public void A_search_that_is_stopped_goes_on_from_a_training_that_is_gone_by_then()
    {
        var (alone, _) = Run(Settings, training: null);
        _ = Run(Settings with { Budget = Budget.Parse("bops=1%") });
        using var states = new DataFolder();
        using var stop = new CancellationTokenSource();
        _ = Assert.ThrowsAny<OperationCanceledException>(() => Run(Job(Settings) with { CheckpointDirectory = states.Root }, new StripesModel(), report => Stop(report, stop), stop.Token));
        Directory.Delete(_folder.Root, recursive: true);
        _reports.Clear();

        var (plan, _) = Run(Job(Settings) with { CheckpointDirectory = states.Root }, new StripesModel(), _ => { }, CancellationToken.None);

        Assert.Equal(alone, plan);
        Assert.DoesNotContain(_reports, report => report.Phase is "train" or "baseline");

        static void Stop(SearchProgress report, CancellationTokenSource stop)
        {
            if (report.Phase == "search")
            {
                stop.Cancel();
            }
        }
    }

    [Fact]
    public void Another_training_takes_the_place_of_the_one_before()
    {
        _ = Run(Settings, new('a', 64));
        _ = Run(Settings with { Seed = 2 }, new('b', 64));

        Assert.Equal(2 * 3, _reports.Count(report => report.Phase == "train"));
        Assert.Equal(new string('b', 64) + ".training", Path.GetFileName(Assert.Single(Directory.GetFiles(_folder.Root))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_damaged_training_is_made_anew(int length)
    {
        var (before, _) = Run(Settings);
        var file = Assert.Single(Directory.GetFiles(_folder.Root));
        using (var stream = new FileStream(file, FileMode.Open))
        {
            stream.SetLength(length);
        }

        var (after, _) = Run(Settings);

        Assert.Equal(before, after);
        Assert.Contains("the full-precision training of an earlier search is damaged; training anew", _told);
        Assert.Equal(2 * 3, _reports.Count(report => report.Phase == "train"));
    }

    /// <summary>Cannot happen while the key covers what it should.</summary>
    [Fact]
    public void A_training_of_another_network_is_made_anew()
    {
        _ = Run(Settings, model: new StripesModel { Network = () => TestNetworks.Chain(8, 10, 12) });
        var (alone, _) = Run(Settings, training: null);

        var (plan, _) = Run(Settings);

        Assert.Equal(alone, plan);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_only_that()
    {
        File.WriteAllText(Path.Combine(_folder.Root, "file"), "");

        var (plan, _) = Run(Settings, folder: Path.Combine(_folder.Root, "file"));

        Assert.Equal(Run(Settings, training: null).Plan, plan);
        Assert.Contains(_told, text => text.StartsWith("the full-precision training cannot be kept for further searches: ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_network_at_chance_is_told_of_by_every_search()
    {
        var warnings = new List<string>();
        var model = new StripesModel { MetricOf = (_, _) => 0 };
        _ = Run(Settings, model: model, warn: (code, _) => warnings.Add(code));
        _ = Run(Settings with { Budget = Budget.Parse("bops=2%") }, model: model, warn: (code, _) => warnings.Add(code));

        Assert.Equal(2, warnings.Count(code => code == AbsCodes.NoBetterThanChance));
        Assert.Equal(3, _reports.Count(report => report.Phase == "train"));
    }

    [Fact]
    public void A_budget_out_of_reach_ends_before_training()
    {
        var error = Assert.Throws<AbsException>(() => Run(Settings with { Budget = Budget.Parse("size=1B") }));

        Assert.Equal(AbsCodes.ImpossibleBudget, error.Code);
        Assert.StartsWith("Budget=\"size=1B\" cannot be met", error.Message, StringComparison.Ordinal);
        Assert.Empty(_reports);
    }

    private (CompressionPlan Plan, string Record) Run(
        SearchSettings settings,
        string? training = "0000000000000000000000000000000000000000000000000000000000000000",
        string? folder = null,
        IAbsModel? model = null,
        Action<string, string>? warn = null) =>
        Run(Job(settings) with { TrainingDirectory = folder ?? _folder.Root, TrainingKey = training, Warn = warn ?? ((_, _) => { }) }, model ?? new StripesModel(), _ => { }, CancellationToken.None);

    private (CompressionPlan Plan, string Record) Run(SearchJob job, IAbsModel model, Action<SearchProgress> report, CancellationToken cancellation)
    {
        using var result = SearchEngine.Run(model, job, _reports.Add + report, cancellation);
        return (result.Plan, result.RunRecordJson);
    }

    private SearchJob Job(SearchSettings settings) => StripesSearch.Job(settings) with { TrainingDirectory = _folder.Root, TrainingKey = new('0', 64), Tell = _told.Add };
}
