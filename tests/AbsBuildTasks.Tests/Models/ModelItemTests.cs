using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Models;

public sealed class ModelItemTests
{
    public static TheoryData<string> Settings => [.. SettingsTable.All.Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Metadata_become_settings(string name)
    {
        var setting = SettingsTable.All.Single(setting => setting.Name == name);
        Assert.All(SettingTexts.Others(setting), other => Assert.Equal(other, ReadWith(name, setting.Write(other)).Settings));
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Settings_that_are_refused_are_named_with_their_item(string name)
    {
        var setting = SettingsTable.All.Single(setting => setting.Name == name);
        Assert.All(SettingTexts.Refused(setting), text => Assert.Equal(
            $"AbsModel 'digits': {Assert.Throws<AbsException>(() => setting.Parse(SettingTexts.Default, text).Validated()).Message}",
            Assert.Throws<AbsException>(() => ReadWith(name, text)).Message));
    }

    // What MSBuild calls parts of a project, or tells of every item, cannot be metadata of one.
    [Theory]
    [MemberData(nameof(Settings))]
    public void MSBuild_has_no_other_use_for_the_name(string name) => Assert.DoesNotContain(
        name,
        (string[])[
            "Project", "VisualStudioProject", "Target", "PropertyGroup", "Output", "ItemGroup", "UsingTask", "ProjectExtensions", "OnError", "ImportGroup", "Choose", "When", "Otherwise",
            "FullPath", "RootDir", "Filename", "Extension", "RelativeDir", "Directory", "RecursiveDir", "Identity", "ModifiedTime", "CreatedTime", "AccessedTime",
            "DefiningProjectFullPath", "DefiningProjectDirectory", "DefiningProjectName", "DefiningProjectExtension",
            "Include", "Exclude", "Remove", "Update", "Condition", "Label", "KeepMetadata", "RemoveMetadata", "KeepDuplicates", "MatchOnMetadata", "MatchOnMetadataOptions",
        ],
        StringComparer.OrdinalIgnoreCase);

    [Fact]
    public void A_name_that_means_nothing_is_refused_with_those_that_do()
    {
        var error = Assert.Throws<AbsException>(() => Read(("Budget", "bops=5%"), ("Tolerance", "metric=1"), ("TrainEpoch", "3")));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.StartsWith("AbsModel 'digits': TrainEpoch is no setting of a model; did you mean TrainEpochs? All settings are: ActivationBits, Baseline, BatchSize, Bits, Budget, ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("TrainEpochs, Type, WarmStart, WeightBits, WeightDecay, WeightNormalization, WeightScales.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SerchEpochs", "did you mean SearchEpochs? All settings are: ")]
    [InlineData("Budgets", "did you mean Budget? All settings are: ")]
    [InlineData("SnapshotPolice", "did you mean SnapshotPolicy? All settings are: ")]
    [InlineData("Unheard", "these are: ")]
    public void A_misspelt_name_is_refused_with_the_one_that_is_near(string name, string hint) => Assert.StartsWith(
        $"AbsModel 'digits': {name} is no setting of a model; {hint}ActivationBits, Baseline, ",
        Assert.Throws<AbsException>(() => Read(("Budget", "bops=5%"), (name, "1"))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_lambda_takes_the_place_of_a_budget()
    {
        Assert.Equal("lambda=0.05", Read(("Lambda", "0.05")).Settings.Budget.ToString());

        var error = Assert.Throws<AbsException>(() => Read(("Budget", "bops=5%"), ("Lambda", "0.05")));
        Assert.Equal(AbsCodes.InvalidBudget, error.Code);
        Assert.Equal("AbsModel 'digits': it has a Budget and a Lambda; state one of them.", error.Message);
    }

    [Fact]
    public void A_misspelt_budget_is_told_what_it_was_meant_to_be()
    {
        var error = Assert.Throws<AbsException>(() => Read(("Budgets", "bops=5%")));

        Assert.Equal((AbsCodes.InvalidSetting, "AbsModel 'digits': Budgets is no setting of a model; did you mean Budget?"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData(null, null, null, 25)]
    [InlineData("true", "17", true, 17)]
    [InlineData("False", " 21 ", false, 21)]
    public void What_is_wanted_of_an_ONNX_file_is_read(string? onnx, string? opset, bool? isWanted, int highest) =>
        Assert.Equal(new OnnxWish(isWanted, highest), Read(("Budget", "bops=5%"), ("Onnx", onnx ?? ""), ("OnnxOpset", opset ?? "")).Onnx);

    [Theory]
    [InlineData("OnnxOpset", "17.5", "OnnxOpset=\"17.5\"")]
    [InlineData("Onnx", "yes", "Onnx=\"yes\"")]
    [InlineData("OnnxOpset", "new", "OnnxOpset=\"new\"")]
    [InlineData("OnnxOpset", "16", "OnnxOpset=\"16\" is out of range; it is a version from 17 to 25.")]
    [InlineData("OnnxOpset", "26", "OnnxOpset=\"26\" is out of range; it is a version from 17 to 25.")]
    public void Another_wish_is_refused(string name, string text, string message)
    {
        var error = Assert.Throws<AbsException>(() => Read(("Budget", "bops=5%"), (name, text)));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warm_start_is_a_file_that_no_build_writes_and_no_checkpoint_stands_beside_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("AbsPlans/x.weights.zip", "weights");
        folder.Write("bin/abs/x.weights.zip", "weights");

        Assert.Equal(
            "AbsPlans/x.weights.zip",
            Assert.Single(ModelItem.ReadAll([new TaskItem("digits", new Dictionary<string, string> { ["Budget"] = "bops=5%", ["WarmStart"] = "AbsPlans/x.weights.zip" })], folder.Path, ["bin/", "AbsPlans"], "AbsPlans")).WarmStart!.Name);
        Assert.Contains(
            "is in a folder that builds write to",
            Assert.Throws<AbsException>(() => ModelItem.ReadAll([new TaskItem("digits", new Dictionary<string, string> { ["Budget"] = "bops=5%", ["WarmStart"] = "bin/abs/x.weights.zip" })], folder.Path, ["bin/", "AbsPlans"], "AbsPlans")).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "it has a Checkpoint and a WarmStart; state one of them",
            Assert.Throws<AbsException>(() => ReadIn(folder, ("Budget", "bops=5%"), ("WarmStart", "AbsPlans/x.weights.zip"), ("Checkpoint", "AbsPlans/x.weights.zip"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_is_named_in_full() => Assert.Equal("A.B", Read(("Budget", "bops=5%"), ("Type", " A.B ")).Type);

    [Fact]
    public void Absent_metadata_have_defaults()
    {
        var model = Read(("Budget", "bops=5%"), ("Type", " "));

        Assert.Null(model.Type);
        Assert.Null(model.StartingWeights);
        Assert.Empty(model.DataFiles);
        Assert.Equal(new SearchSettings { Budget = new Budget(0.05) }, model.Settings);
    }

    [Theory]
    [InlineData(AbsCodes.InvalidBudget, "it has no Budget", "Budget", "")]
    [InlineData(AbsCodes.InvalidBudget, "Sweep=\"bops=1%|size\": in \"size\", 'size' cannot be read", "Sweep", "bops=1%|size")]
    [InlineData(AbsCodes.InvalidSetting, "Layers=\"head\": 'head' is not a pattern", "Layers", "head")]
    [InlineData(AbsCodes.InvalidSetting, "Grid=\"round\" is unknown; use Symmetric or Unit", "Grid", "round")]
    [InlineData(AbsCodes.InvalidSetting, "Seed=\"one\" cannot be read; write a whole number", "Seed", "one")]
    [InlineData(AbsCodes.InvalidSetting, "LearningRate=\"0,1\" cannot be read; write a number", "LearningRate", "0,1")]
    [InlineData(AbsCodes.InvalidSetting, "KeepFirstAndLast=\"no\" cannot be read; write true or false", "KeepFirstAndLast", "no")]
    [InlineData(AbsCodes.InvalidSetting, "BatchSize=\"0\" is out of range", "BatchSize", "0")]
    [InlineData(AbsCodes.InvalidSetting, "Seeds=\"2\" is not a whole number from 3 to 100", "Seeds", "2")]
    [InlineData(AbsCodes.InvalidSetting, "SnapshotPolicy=\"no-regresion\" is unknown; use exact, no-regression or noise", "SnapshotPolicy", "no-regresion")]
    [InlineData(AbsCodes.InvalidSetting, "Tolerances \"metric\": 'metric' is not of the form name=value", "Tolerance", "metric")]
    [InlineData(AbsCodes.InvalidWarmStart, "WarmStart=\"none.weights.zip\" does not exist", "WarmStart", "none.weights.zip")]
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

    [Theory]
    [InlineData("latency=60%", null)]
    [InlineData("bops=5%", "bops=3%|latency=2ms")]
    public void A_budget_or_sweep_of_latency_takes_the_usual_table(string budget, string? sweep)
    {
        using var folder = new TemporaryFolder();
        (string, string)[] metadata = [("Budget", budget), .. sweep is null ? Array.Empty<(string, string)>() : [("Sweep", sweep)]];

        var error = Assert.Throws<AbsException>(() => ReadIn(folder, metadata));
        Assert.Equal(AbsCodes.LatencyTableMissing, error.Code);
        Assert.StartsWith("AbsModel 'digits': the budget \"latency=", error.Message, StringComparison.Ordinal);
        Assert.Contains("no table of measured times at AbsPlans/digits.latency.json. Run 'abs profile'", error.Message, StringComparison.Ordinal);

        LatencyFile.Write(Path.Combine(folder.Path, "AbsPlans", "digits.latency.json"), SampleTable.Digits);
        Assert.Equal(LatencyJson.Write(SampleTable.Digits), ReadIn(folder, metadata).Latency!.Text);
    }

    [Fact]
    public void A_table_that_is_named_counts_and_one_that_merely_lies_there_does_not()
    {
        using var folder = new TemporaryFolder();
        LatencyFile.Write(Path.Combine(folder.Path, "AbsPlans", "digits.latency.json"), SampleTable.Digits);

        Assert.Null(ReadIn(folder, ("Budget", "bops=5%")).Latency);
        Assert.NotNull(ReadIn(folder, ("Budget", "bops=5%"), ("LatencyTable", "AbsPlans/digits.latency.json")).Latency);
        Assert.Equal(AbsCodes.LatencyTableMissing, Assert.Throws<AbsException>(() => ReadIn(folder, ("Budget", "bops=5%"), ("LatencyTable", "other.json"))).Code);
    }

    [Fact]
    public void A_table_that_cannot_be_read_is_refused_at_its_line()
    {
        using var folder = new TemporaryFolder();
        folder.Write("AbsPlans/digits.latency.json", LatencyJson.Write(SampleTable.Digits).Replace("[70]", "[0]", StringComparison.Ordinal));

        var error = Assert.Throws<AbsException>(() => ReadIn(folder, ("Budget", "latency=60%")));

        Assert.Equal(AbsCodes.InvalidLatencyTable, error.Code);
        Assert.Matches(@"^AbsPlans/digits\.latency\.json\(\d+,\d+\): AbsModel 'digits': layers\[1\]\.float32 holds a time", error.Message);
    }

    private static ModelItem ReadIn(TemporaryFolder folder, params (string Name, string Value)[] metadata) =>
        Assert.Single(ModelItem.ReadAll([Item("digits", metadata)], folder.Path, [], "AbsPlans"));

    private static ModelItem ReadWith(string name, string value) => name == "Budget" ? Read((name, value)) : Read(("Budget", "bops=5%"), (name, value));

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
