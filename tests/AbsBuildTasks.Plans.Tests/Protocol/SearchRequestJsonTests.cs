using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Settings;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Protocol;

public class SearchRequestJsonTests
{
    private static readonly SearchRequest Request = new()
    {
        Version = SearchRequest.CurrentVersion,
        Model = "digits",
        AssemblyFile = "/src/\"q\"/é\n.dll",
        ProjectDirectory = @"C:\src",
        DataFiles = ["/src/a.csv", "/src/2024-01-01T00:00:00Z"],
        Fingerprint = new('0', 64),
        Settings = new() { Budget = new(0.05) },
        Device = "auto",
        OutputDirectory = "/out",
        NativeDirectory = "/native",
    };

    [Fact]
    public void A_request_reads_back() => AssertRoundTrip(Request);

    [Fact]
    public void Optional_parts_read_back() => AssertRoundTrip(Request with { TypeName = "Digits.Model", Checkpoint = "/w.dat", CheckpointDirectory = "/checkpoints", LockFile = "/plan.json", DataFiles = [] });

    [Property]
    public void Every_setting_reads_back(byte group, bool keep, int seed, byte epochs, FsCheck.NormalFloat rate)
    {
        var learningRate = Math.Abs(rate.Get) + 1e-9;
        AssertRoundTrip(Request with
        {
            Settings = new()
            {
                Budget = Budget.Parse("bops=12.5%;size=1KB;drop=1"),
                Sweep = BudgetSweep.Parse("lambda=0.1|size=10%"),
                Layers = LayerRules.Parse("a.*:8/32;b:keep"),
                Bits = BitChain.Of(2, 4, 16),
                Grid = WeightGrid.Unit,
                FilterGroup = group + 1,
                KeepFirstAndLast = keep,
                Seed = seed,
                BatchSize = group + 1,
                TrainEpochs = epochs,
                SearchEpochs = epochs + 1,
                FineTuneEpochs = epochs + 2,
                Optimizer = OptimizerKind.Sgd,
                Momentum = 0.5,
                WeightDecay = learningRate / 3,
                LearningRate = learningRate,
                SearchLearningRate = keep ? learningRate / 4 : null,
                FineTuneLearningRate = keep ? null : learningRate / 5,
                Schedule = RateSchedule.Parse("steps:1,3"),
                WeightNormalization = keep,
                GateLearningRate = learningRate / 2,
                Baseline = keep ? BaselineKind.EqualSteps : BaselineKind.AsTrained,
            },
        });
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", "version is 2, out of range 1 to 1")]
    [InlineData("\"device\": \"auto\",", "", "device is missing")]
    [InlineData("\"device\": \"auto\"", "\"device\": 1", "device is not a text")]
    [InlineData("\"device\": \"auto\"", "\"device\": \"auto\", \"gpu\": 1", "gpu is not a known property")]
    [InlineData("\"Symmetric\"", "\"0\"", "settings.grid is not the name of a WeightGrid")]
    [InlineData("\"seed\": 1", "\"seed\": 2147483648", "settings.seed is 2147483648, out of range -2147483648 to 2147483647")]
    [InlineData("\"seed\": 1", "\"seed\": 1, \"sead\": 1", "settings.sead is not a known property")]
    [InlineData("\"keepFirstAndLast\": true", "\"keepFirstAndLast\": 1", "settings.keepFirstAndLast is not true or false")]
    public void Another_form_is_a_defect(string right, string wrong, string message)
    {
        var text = SearchRequestJson.Write(Request);
        Assert.Contains(right, text, StringComparison.Ordinal);

        var error = Assert.Throws<AbsException>(() => SearchRequestJson.Read(text.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Equal(AbsCodes.Defect, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_out_of_range_is_the_users()
    {
        var error = Assert.Throws<AbsException>(() => SearchRequestJson.Read(SearchRequestJson.Write(Request with { Settings = Request.Settings with { BatchSize = 0 } })));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
    }

    private static void AssertRoundTrip(SearchRequest request)
    {
        var read = SearchRequestJson.Read(SearchRequestJson.Write(request));

        Assert.Equal(request.DataFiles, read.DataFiles);
        Assert.Equal(request, read with { DataFiles = request.DataFiles });
    }
}
