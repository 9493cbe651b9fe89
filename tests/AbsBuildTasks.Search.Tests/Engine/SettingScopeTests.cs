using System.Globalization;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Data;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Newtonsoft.Json.Linq;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>Which settings full-precision training and the network to compare with depend on: what is trained once for others of a kind hangs on it.</summary>
public sealed class SettingScopeTests
{
    // Momentum counts with SGD alone.
    private static readonly SearchSettings Settings = SettingTexts.Default with
    {
        KeepFirstAndLast = false,
        BatchSize = 32,
        TrainEpochs = 2,
        SearchEpochs = 2,
        FineTuneEpochs = 1,
        Optimizer = OptimizerKind.Sgd,
        LearningRate = 0.01,
        GateLearningRate = 0.01,
    };

    // Patience counts where an epoch brings nothing.
    private static readonly SearchSettings Restless = Settings with { TrainEpochs = 12, LearningRate = 0.2 };

    private static readonly Lazy<(string Training, string Baseline)> Expected = new(() => FullPrecision(Settings));

    private static readonly string Key = new('0', 64);

    public static TheoryData<string> Names => [.. SettingsTable.All.Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Full_precision_depends_on_what_the_table_says(string name)
    {
        var setting = SettingsTable.All.Single(setting => setting.Name == name);
        var values = SettingTexts.Others(setting).Append(SettingTexts.Default).Select(setting.Write).Where(text => text.Length > 0 && text != setting.Write(Settings));

        var settings = name == nameof(SearchSettings.Patience) ? Restless : Settings;
        var found = FullPrecision(setting.Parse(settings, values.First()));

        var (training, baseline) = settings == Settings ? Expected.Value : FullPrecision(settings);

        Assert.Equal(setting.Scope == SettingScope.Training, found.Training != training);
        Assert.Equal(setting.Scope is SettingScope.Training or SettingScope.Baseline or SettingScope.FineTuning, found.Baseline != baseline);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void And_so_does_the_search_up_to_fine_tuning(string name)
    {
        var setting = SettingsTable.All.Single(setting => setting.Name == name);
        if (setting.Scope != SettingScope.FineTuning)
        {
            // Any other may change it, and is in the hash that it is kept by.
            return;
        }

        var values = SettingTexts.Others(setting).Select(setting.Write).Where(text => text.Length > 0 && text != setting.Write(Settings));

        Assert.Equal(Searched(Settings), Searched(setting.Parse(Settings, values.First())));
    }

    /// <summary>Every loss and metric in full precision, and what further searches would begin with; of training, and with it of the baseline.</summary>
    private static (string Training, string Baseline) FullPrecision(SearchSettings settings)
    {
        using var folder = new DataFolder();
        var (job, record) = Run(settings, folder);
        var training = $"{Epochs(record, "train")}\n{Kept(job)}";
        return (training, $"{training}\n{Epochs(record, "baseline")}\n{KeptBaseline(job)}");
    }

    /// <summary>What further searches would begin fine-tuning with.</summary>
    private static string Searched(SearchSettings settings)
    {
        using var folder = new DataFolder();
        _ = Run(settings, folder);
        return Convert.ToHexString(File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder.Root, "*.searched"))));
    }

    private static (SearchJob Job, string Record) Run(SearchSettings settings, DataFolder folder)
    {
        var job = StripesSearch.Job(settings) with { StageDirectory = folder.Root, StageKeys = new(Key, Key, Key) };
        using var result = SearchEngine.Run(new StripesModel(), job, _ => { }, CancellationToken.None);
        return (job, result.RunRecordJson);
    }

    private static string Epochs(string record, string phase) => string.Join('\n', JObject.Parse(record)["epochs"]!.Where(epoch => (string)epoch["phase"]! == phase));

    private static string KeptBaseline(SearchJob job)
    {
        TrainedNetwork? trained = null;
        Assert.True(new StageStore(job, SearchStage.Baseline, new(job.Afresh)).TryLoad(state =>
        {
            trained = TrainedNetwork.Exchange(state, null);
            new RunRecord(job).ExchangeEpochs(state);
        }));
        return $"{trained}";
    }

    private static string Kept(SearchJob job)
    {
        using var network = TestNetworks.Chain();
        TrainedNetwork? trained = null;
        Assert.True(new StageStore(job, SearchStage.Training, new(job.Afresh)).TryLoad(state =>
        {
            ModuleState.Exchange(state, network);
            trained = TrainedNetwork.Exchange(state, null);
            new RunRecord(job).Exchange(state);
        }));
        var weights = network.state_dict().Values.SelectMany(tensor => tensor.to(ScalarType.Float64).data<double>().ToArray());
        return $"{trained}\n{string.Join(' ', weights.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}";
    }
}
