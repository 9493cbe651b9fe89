using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Models;

public sealed class ModelItemTests
{
    [Fact]
    public void Metadata_become_settings()
    {
        var model = Read(
            ("Type", "A.B"), ("Budget", "bops=5%"), ("Bits", "2;8"), ("Grid", "unit"), ("FilterGroup", "4"), ("KeepFirstAndLast", "false"), ("Seed", "-7"),
            ("Layers", "conv1:8/8; head:keep"), ("Sweep", "bops=1%|size=40KB;drop=1"),
            ("BatchSize", "16"), ("TrainEpochs", "0"), ("SearchEpochs", "1"), ("FineTuneEpochs", "2"), ("LearningRate", "0.5"), ("GateLearningRate", "1e-4"));

        Assert.Equal("A.B", model.Type);
        Assert.Equal(
            new SearchSettings
            {
                Budget = new Budget(0.05),
                Bits = BitChain.Of(2, 8),
                Grid = WeightGrid.Unit,
                FilterGroup = 4,
                KeepFirstAndLast = false,
                Layers = LayerRules.Parse("conv1:8/8;head:keep"),
                Sweep = BudgetSweep.Parse("bops=1%|size=40KB;drop=1"),
                Seed = -7,
                BatchSize = 16,
                TrainEpochs = 0,
                SearchEpochs = 1,
                FineTuneEpochs = 2,
                LearningRate = 0.5,
                GateLearningRate = 1e-4,
            },
            model.Settings);
    }

    [Fact]
    public void A_name_that_means_nothing_is_refused_with_those_that_do()
    {
        var error = Assert.Throws<AbsException>(() => Read(("Budget", "bops=5%"), ("Tolerance", "metric=1"), ("TrainEpoch", "3")));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.StartsWith("AbsModel 'digits': TrainEpoch is no setting of a model; these are: Baseline, BatchSize, Bits, Budget, ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("TrainEpochs, Type, WeightDecay, WeightNormalization.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lambda_takes_the_place_of_a_budget()
    {
        Assert.Equal("lambda=0.05", Read(("Lambda", "0.05")).Settings.Budget.ToString());

        var error = Assert.Throws<AbsException>(() => Read(("Budget", "bops=5%"), ("Lambda", "0.05")));
        Assert.Equal(AbsCodes.InvalidBudget, error.Code);
        Assert.Equal("AbsModel 'digits': it has a Budget and a Lambda; state one of them.", error.Message);
    }

    [Fact]
    public void Absent_metadata_have_defaults()
    {
        var model = Read(("Budget", "bops=5%"), ("Type", " "));

        Assert.Null(model.Type);
        Assert.Null(model.Checkpoint);
        Assert.Empty(model.DataFiles);
        Assert.Equal(new SearchSettings { Budget = new Budget(0.05) }, model.Settings);
    }

    [Theory]
    [InlineData(AbsCodes.InvalidBudget, "it has no Budget", "Budget", "")]
    [InlineData(AbsCodes.InvalidBudget, "Budget=\"size\": 'size' cannot be read", "Sweep", "bops=1%|size")]
    [InlineData(AbsCodes.InvalidSetting, "Layers=\"head\": 'head' is not a pattern", "Layers", "head")]
    [InlineData(AbsCodes.InvalidSetting, "Grid=\"round\" is unknown; use Symmetric or Unit", "Grid", "round")]
    [InlineData(AbsCodes.InvalidSetting, "Seed=\"one\" cannot be read; write a whole number", "Seed", "one")]
    [InlineData(AbsCodes.InvalidSetting, "LearningRate=\"0,1\" cannot be read; write a number", "LearningRate", "0,1")]
    [InlineData(AbsCodes.InvalidSetting, "KeepFirstAndLast=\"no\" cannot be read; write true or false", "KeepFirstAndLast", "no")]
    [InlineData(AbsCodes.InvalidSetting, "BatchSize=\"0\" is out of range", "BatchSize", "0")]
    [InlineData(AbsCodes.InvalidSetting, "SnapshotPolicy=\"no-regresion\" is unknown; use exact or no-regression", "SnapshotPolicy", "no-regresion")]
    [InlineData(AbsCodes.InvalidSetting, "Tolerances \"metric\": 'metric' is not of the form name=value", "Tolerance", "metric")]
    [InlineData(AbsCodes.InvalidCheckpoint, "Checkpoint=\"none.dat\" does not exist", "Checkpoint", "none.dat")]
    public void Wrong_metadata_are_named_with_their_item(string code, string message, string name, string value)
    {
        var exception = Assert.Throws<AbsException>(() => Read(("Budget", "bops=5%"), (name, value)));

        Assert.Equal(code, exception.Code);
        Assert.StartsWith("AbsModel 'digits': " + message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("digits", "Digits")]
    [InlineData("a/b")]
    public void Names_must_be_different_file_names(params string[] names)
    {
        TaskItem[] items = [.. names.Select(name => Item(name, ("Budget", "bops=5%")))];

        Assert.Equal(AbsCodes.InvalidModelName, Assert.Throws<AbsException>(() => ModelItem.ReadAll(items, Path.GetTempPath(), [])).Code);
    }

    private static ModelItem Read(params (string Name, string Value)[] metadata) =>
        Assert.Single(ModelItem.ReadAll([Item("digits", metadata)], Path.GetTempPath(), []));

    private static TaskItem Item(string name, params (string Name, string Value)[] metadata)
    {
        var item = new TaskItem(name);
        foreach (var (key, value) in metadata)
        {
            item.SetMetadata(key, value);
        }

        return item;
    }
}
