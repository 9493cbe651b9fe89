using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Settings;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Documents;

public class FingerprintTests
{
    private static readonly SearchSettings Settings = new() { Budget = new(0.05) };

    [Fact]
    public void The_hash_of_given_entries_never_changes() => Assert.Equal(
        "e607766a5e0e767a4ab813f1c073e0e4595b21dd2542916d48bad184a52733c5",
        new FingerprintBuilder().Add("engine", "1").Add("code:Digits.dll", "é").Build().Hash);

    [Fact]
    public void The_order_of_adding_does_not_matter()
    {
        var left = new FingerprintBuilder().Add("b", "2").Add("a", "1").Add("B", "3").Build();
        var right = new FingerprintBuilder().Add("B", "3").Add("a", "1").Add("b", "2").Build();

        Assert.Equal(left.Hash, right.Hash);
        Assert.Equal(["B", "a", "b"], left.Entries.Select(entry => entry.Key));
        Assert.True(Fingerprint.IsHash(left.Hash));
    }

    [Theory]
    [InlineData("ab", "c")]
    [InlineData("a", "c")]
    [InlineData("a", "bc1:")]
    public void Entries_that_read_alike_hash_differently(string name, string value) => Assert.NotEqual(
        new FingerprintBuilder().Add("a", "bc").Build().Hash,
        new FingerprintBuilder().Add(name, value).Build().Hash);

    [Property]
    public bool Two_entries_are_never_one(FsCheck.NonNull<string> name, FsCheck.NonNull<string> value) =>
        new FingerprintBuilder().Add("", "").Add(name.Get + "x", value.Get).Build().Hash != new FingerprintBuilder().Add(name.Get + "x", value.Get).Build().Hash;

    [Fact]
    public void A_name_is_added_once() => Assert.Throws<ArgumentException>(() => new FingerprintBuilder().Add("a", "1").Add("a", "1"));

    [Fact]
    public void Every_setting_is_covered()
    {
        var entries = new FingerprintBuilder().AddSettings(Settings).Build().Entries;

        Assert.Equal(
            typeof(SearchSettings).GetProperties().Select(property => property.Name).Except([nameof(SearchSettings.Sweep)]).Select(name => "setting:" + name).Order(StringComparer.Ordinal),
            entries.Select(entry => entry.Key));
    }

    [Fact]
    public void A_sweep_does_not_make_the_models_own_plan_another() => Assert.Equal(
        new FingerprintBuilder().AddSettings(Settings).Build().Hash,
        new FingerprintBuilder().AddSettings(Settings with { Sweep = BudgetSweep.Parse("bops=1%") }).Build().Hash);

    private static readonly SearchSettings[] OtherSettings =
    [
        Settings with { Budget = new(0.05000001) },
        Settings with { Budget = new(0.05) { Drop = 1 } },
        Settings with { Bits = BitChain.Of(2, 4) },
        Settings with { Grid = WeightGrid.Unit },
        Settings with { FilterGroup = 2 },
        Settings with { KeepFirstAndLast = false },
        Settings with { Layers = LayerRules.Parse("conv1:keep") },
        Settings with { Seed = 2 },
        Settings with { BatchSize = 65 },
        Settings with { TrainEpochs = 11 },
        Settings with { SearchEpochs = 11 },
        Settings with { FineTuneEpochs = 11 },
        Settings with { LearningRate = 0.0010000000001 },
        Settings with { Optimizer = OptimizerKind.Sgd },
        Settings with { Momentum = 0.8 },
        Settings with { WeightDecay = 1e-4 },
        Settings with { SearchLearningRate = 0.001 },
        Settings with { FineTuneLearningRate = 0.001 },
        Settings with { Schedule = RateSchedule.Constant },
        Settings with { WeightNormalization = true },
        Settings with { GateLearningRate = 0.0050000000001 },
        Settings with { Baseline = BaselineKind.AsTrained },
    ];

    [Fact]
    public void Another_setting_is_another_fingerprint() => Assert.All(OtherSettings, other =>
    {
        var before = new FingerprintBuilder().AddSettings(Settings).Build();
        var after = new FingerprintBuilder().AddSettings(other).Build();

        Assert.NotEqual(before.Hash, after.Hash);
        Assert.Single(FingerprintChanges.Between(before.Entries, after.Entries));
    });

    [Fact]
    public void Changes_are_told_by_name()
    {
        var before = new FingerprintBuilder().Add("engine", "1").Add("data:a.csv", new string('0', 64)).Add("data:b.csv", "x").Add("setting:Seed", "1").Build();
        var after = new FingerprintBuilder().Add("engine", "1").Add("data:a.csv", new string('1', 64)).Add("data:c.csv", "x").Add("setting:Seed", "2").Build();

        Assert.Equal(
            ["data:a.csv changed", "data:b.csv is gone", "data:c.csv is new", "setting:Seed changed from 1 to 2"],
            FingerprintChanges.Between(before.Entries, after.Entries));
    }
}
