using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Data;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Newtonsoft.Json.Linq;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

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
    }

    /// <summary>What a network or a model counts while it trains is in no file.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void So_it_is_where_training_leaves_something_outside_of_the_state(bool inNetwork)
    {
        IAbsModel Model() => inNetwork ? new StripesModel { Network = () => new Counting() } : new CountingModel();
        var settings = Settings with { Budget = Budget.Parse("bops=2%") };
        var (alone, _) = Run(settings, training: null, model: Model());
        _ = Run(Settings, model: Model());

        var (plan, _) = Run(settings, model: Model());

        Assert.Equal(alone, plan);
        Assert.Equal(2 * 3, _reports.Count(report => report.Phase == "train"));
    }

    [Fact]
    public void A_search_that_trains_afresh_takes_no_training_and_leaves_its_own()
    {
        _ = Run(Settings);
        var file = Assert.Single(Directory.GetFiles(_folder.Root, "*.training"));
        File.SetLastWriteTimeUtc(file, new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        _ = Run(Job(Settings) with { Afresh = SearchStage.Training }, new StripesModel(), _ => { }, CancellationToken.None);

        Assert.Equal(2 * 3, _reports.Count(report => report.Phase == "train"));
        Assert.NotEqual(2020, File.GetLastWriteTimeUtc(file).Year);
    }

    [Fact]
    public void It_does_not_go_on_from_a_search_that_took_one()
    {
        var warnings = new List<(string Code, string Text)>();
        _ = Run(Settings);
        using var states = new DataFolder();
        using var stop = new CancellationTokenSource();
        var job = Job(Settings) with { CheckpointDirectory = states.Root, Warn = (code, text) => warnings.Add((code, text)) };
        _ = Assert.ThrowsAny<OperationCanceledException>(() => Run(job, new StripesModel(), report => Stop(report, stop), stop.Token));
        _reports.Clear();

        _ = Run(job with { Afresh = SearchStage.Training }, new StripesModel(), _ => { }, CancellationToken.None);

        Assert.Equal(3, _reports.Count(report => report.Phase == "train"));
        var (code, text) = Assert.Single(warnings);
        Assert.Equal(AbsCodes.CheckpointUnusable, code);
        Assert.Contains("stands on the baseline of an earlier search, where a new one is asked for", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_training_lies_beside_the_one_before_which_another_search_may_be_about_to_read()
    {
        _ = Run(Settings, new('a', 64));
        _ = Run(Settings with { Seed = 2 }, new('b', 64));

        Assert.Equal(2 * 3, _reports.Count(report => report.Phase == "train"));
        Assert.Equal([new string('a', 64) + ".training", new string('b', 64) + ".training"], Directory.GetFiles(_folder.Root, "*.training").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_damaged_training_is_made_anew(int length)
    {
        var (before, _) = Run(Settings);
        var file = Assert.Single(Directory.GetFiles(_folder.Root, "*.training"));
        using (var stream = new FileStream(file, FileMode.Open))
        {
            stream.SetLength(length);
        }

        var (after, _) = Run(Settings);

        Assert.Equal(before, after);
        Assert.Contains("the full-precision training of an earlier search is damaged; it is made anew", _told);
        Assert.Equal(2 * 3, _reports.Count(report => report.Phase == "train"));
    }

    /// <summary>Cannot happen while the key covers what it should.</summary>
    [Fact]
    public void A_training_of_another_network_is_made_anew()
    {
        var warnings = new List<string>();
        _ = Run(Settings, model: new StripesModel { Network = () => TestNetworks.Chain(8, 10, 12) });
        var (alone, _) = Run(Settings, training: null);

        var (plan, _) = Run(Settings, warn: (code, _) => warnings.Add(code));

        Assert.Equal(alone, plan);
        Assert.Empty(warnings);
        Assert.Contains(_told, text => text.StartsWith("the full-precision training of an earlier search ", StringComparison.Ordinal));
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
        var (_, record) = Run(Settings with { Budget = Budget.Parse("bops=2%") }, model: model, warn: (code, _) => warnings.Add(code));

        Assert.Equal(AbsCodes.NoBetterThanChance, (string?)Assert.Single(JObject.Parse(record)["warnings"]!)["code"]);
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
        Run(Job(settings) with { StageDirectory = folder ?? _folder.Root, StageKeys = new(training, training, null), Warn = warn ?? ((_, _) => { }) }, model ?? new StripesModel(), _ => { }, CancellationToken.None);

    private static void Stop(SearchProgress report, CancellationTokenSource stop)
    {
        if (report.Phase == "search")
        {
            stop.Cancel();
        }
    }

    private (CompressionPlan Plan, string Record) Run(SearchJob job, IAbsModel model, Action<SearchProgress> report, CancellationToken cancellation)
    {
        using var result = SearchEngine.Run(model, job, _reports.Add + report, cancellation);
        return (result.Plan, result.RunRecordJson);
    }

    private SearchJob Job(SearchSettings settings) => StripesSearch.Job(settings) with { StageDirectory = _folder.Root, StageKeys = new(new('0', 64), new('0', 64), null), Tell = _told.Add };

    /// <summary>Trains on larger values with every call, up to some.</summary>
    private sealed class Counting : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> layers = TestNetworks.Chain();
        private int _calls;

        public Counting()
            : base("counting") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            _calls += training ? 1 : 0;
            return layers.call(input * (training ? 1 + (0.02 * Math.Min(_calls, 50)) : 1));
        }
    }

    /// <summary>Weighs the loss less with every step.</summary>
    private sealed class CountingModel : IAbsModel
    {
        private readonly StripesModel _stripes = new();
        private int _steps;

        public Module CreateNetwork() => _stripes.CreateNetwork();

        public ModelData LoadData(ModelContext context) => _stripes.LoadData(context);

        public double Metric(Tensor output, Tensor target) => _stripes.Metric(output, target);

        public Tensor Loss(Tensor output, Tensor target) => functional.cross_entropy(output, target) / (1 + (0.1 * _steps++));
    }
}
