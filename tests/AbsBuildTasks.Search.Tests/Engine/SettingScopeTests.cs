using System.Globalization;
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

    private static readonly Lazy<string> Expected = new(() => FullPrecision(Settings));

    public static TheoryData<string> Names => [.. SettingsTable.All.Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Full_precision_depends_on_what_the_table_says(string name)
    {
        var setting = SettingsTable.All.Single(setting => setting.Name == name);
        var values = SettingTexts.Others(setting).Append(SettingTexts.Default).Select(setting.Write).Where(text => text.Length > 0 && text != setting.Write(Settings));

        var settings = name == nameof(SearchSettings.Patience) ? Restless : Settings;
        var found = FullPrecision(setting.Parse(settings, values.First()));

        Assert.Equal(setting.Scope == SettingScope.Training, found != (settings == Settings ? Expected.Value : FullPrecision(settings)));
    }

    /// <summary>Every loss and metric in full precision, and what further searches would begin with.</summary>
    private static string FullPrecision(SearchSettings settings)
    {
        using var folder = new DataFolder();
        var job = StripesSearch.Job(settings) with { TrainingDirectory = folder.Root, TrainingKey = new('0', 64) };
        using var result = SearchEngine.Run(new StripesModel(), job, _ => { }, CancellationToken.None);
        var epochs = JObject.Parse(result.RunRecordJson)["epochs"]!.Where(epoch => (string)epoch["phase"]! is "train" or "baseline");
        return $"{string.Join('\n', epochs)}\n{Kept(job)}";
    }

    private static string Kept(SearchJob job)
    {
        using var network = TestNetworks.Chain();
        TrainedNetwork? trained = null;
        Assert.True(new TrainingStore(job).TryLoad(state =>
        {
            ModuleState.Exchange(state, network);
            new RunRecord(job).Exchange(state);
            trained = TrainedNetwork.Exchange(state, null);
        }));
        var weights = network.state_dict().Values.SelectMany(tensor => tensor.to(ScalarType.Float64).data<double>().ToArray());
        return $"{trained}\n{string.Join(' ', weights.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}";
    }
}
