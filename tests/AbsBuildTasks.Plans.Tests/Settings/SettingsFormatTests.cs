using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Settings;

/// <summary>Another way to write a setting that has not changed would make every plan there is another one, to be searched again.</summary>
public class SettingsFormatTests
{
    private static readonly SearchSettings[] Examples =
    [
        SettingTexts.Default,
        SettingsTable.All.Aggregate(SettingTexts.Default, (settings, row) => row.Parse(settings, row.Write(SettingTexts.Another(row)))) with
        {
            Budget = Budget.Parse("bops=12.5%;size=1KB;drop=1"),
            Sweep = BudgetSweep.Parse("lambda=0.1|size=10%"),
            Bits = BitChain.Of(2, 4, 16),
            WeightBits = BitChain.Of(4, 8),
            ActivationBits = BitChain.Of(8),
            DeployTarget = new() { Name = "mcu", Pairs = [new(4, 8), new(8, 8), new(32, 32)], QuantizesSums = true, Activations = InputLevels.Signed, FilterMultiple = 4, InputMultiple = 2 },
            Grid = WeightGrid.Unit,
            FilterGroup = 2,
            KeepFirstAndLast = false,
            Gate = GateKind.Logit,
            Layers = LayerRules.Parse("a.*:8/32;b:keep;c:4/*"),
            Seed = -7,
            BatchSize = 65,
            TrainEpochs = 0,
            SearchEpochs = 1,
            FineTuneEpochs = 1234567,
            Optimizer = OptimizerKind.Sgd,
            Momentum = 0.1 + 0.2,
            WeightDecay = 1e-20,
            LearningRate = 1e22,
            SearchLearningRate = 1,
            FineTuneLearningRate = 1.0 / 3,
            Schedule = RateSchedule.Parse("steps:1,3"),
            WeightNormalization = true,
            GateLearningRate = 123456789012345680,
            Distillation = 5e-324,
            Baseline = BaselineKind.AsTrained,
        },
    ];

    [Fact]
    public void Fingerprints_and_requests_have_settings_as_they_always_had() =>
        Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Settings/settings.verified.txt", string.Join("\n\n", Examples.Select(Text)));

    private static string Text(SearchSettings settings)
    {
        var fingerprint = new FingerprintBuilder().AddSettings(settings).Build();
        var request = new SearchRequest
        {
            Version = SearchRequest.CurrentVersion,
            Model = "digits",
            AssemblyFile = "/src/digits.dll",
            ProjectDirectory = "/src",
            DataFiles = [],
            Fingerprint = fingerprint.Hash,
            Settings = settings,
            Device = "auto",
            OutputDirectory = "/out",
            NativeDirectory = "/native",
        };
        return $"{string.Join('\n', fingerprint.Entries.Select(entry => $"{entry.Key}={entry.Value}"))}\n{SearchRequestJson.Write(request).ReplaceLineEndings("\n")}";
    }
}
