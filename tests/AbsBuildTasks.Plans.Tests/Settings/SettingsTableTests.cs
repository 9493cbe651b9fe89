using System.Globalization;
using System.Text.RegularExpressions;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Settings;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Tests.Settings;

/// <summary>Whatever is a row of the table is read, written, checked and covered.</summary>
public class SettingsTableTests
{
    private static SearchSettings Default => SettingTexts.Default;

    public static TheoryData<string> Names => [.. SettingsTable.All.Select(setting => setting.Name)];

    public static TheoryData<string> Numbers => [.. SettingsTable.All.Where(setting => Regex.IsMatch(setting.Type, @"\bnumber\b")).Select(setting => setting.Name)];

    [Fact]
    public void Every_property_is_a_row_and_every_row_a_property() => Assert.Equal(
        typeof(SearchSettings).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal),
        SettingsTable.All.Select(setting => setting.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_row_speaks_of_its_own_property_alone(string name)
    {
        var other = SettingTexts.Another(Row(name));

        Assert.Equal([name], typeof(SearchSettings).GetProperties().Where(property => !Equals(property.GetValue(Default), property.GetValue(other))).Select(property => property.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_written_as_metadata_reads_back(string name) => Assert.All([Default, .. SettingTexts.Others(Row(name))], settings =>
    {
        string? TextOf(string asked) => Row(asked).Write(settings) is { Length: > 0 } text ? text : null;

        Assert.Equal(settings, SettingsTable.Parse(TextOf));
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_written_as_JSON_reads_back(string name) => Assert.All([Default, .. SettingTexts.Others(Row(name))], settings => Assert.Equal(settings, FromJson(ToJson(settings))));

    [Theory]
    [MemberData(nameof(Names))]
    public void JSON_without_it_is_refused(string name)
    {
        var json = ToJson(Default);
        Assert.True(json.Remove(Row(name).JsonName));

        Assert.Contains(Row(name).JsonName + " is missing", Assert.Throws<JsonShapeException>(() => FromJson(json)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_value_changes_its_own_entry_of_the_fingerprint(string name)
    {
        var row = Row(name);
        var before = FingerprintOf(Default);
        Assert.All(SettingTexts.Others(row), other =>
        {
            var after = FingerprintOf(other);

            // A sweep asks for searches of their own, and changes nothing in this one.
            string[] changes = row.Scope == SettingScope.Sweep ? [] : [$"setting:{name} changed from {Shown(row.Write(Default))} to {Shown(row.Write(other))}"];
            Assert.Equal(changes, FingerprintChanges.Between(before.Entries, after.Entries));
            Assert.Equal(row.Scope == SettingScope.Sweep, before.Hash == after.Hash);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_setting_changes_the_stages_that_its_scope_says(string name)
    {
        var (before, after, scope) = (KeysOf(Default), KeysOf(SettingTexts.Another(Row(name))), Row(name).Scope);

        Assert.Equal(scope == SettingScope.Training, before.Training != after.Training);
        Assert.Equal(scope is SettingScope.Training or SettingScope.Baseline or SettingScope.FineTuning, before.Baseline != after.Baseline);
        Assert.Equal(scope is not (SettingScope.FineTuning or SettingScope.Sweep), before.Search != after.Search);
    }

    [Theory]
    [InlineData("engine")]
    [InlineData("data:a.csv")]
    [InlineData("setting:Unheard")]
    public void Stages_depend_on_all_else_of_a_fingerprint(string name)
    {
        StageKeys Keys(string value) => KeysOf(Default, (name, value));

        Assert.All(SearchStage.All, stage => Assert.NotEqual(Keys("1").Of(stage), Keys("2").Of(stage)));
        Assert.All(SearchStage.All, stage => Assert.True(Fingerprint.IsHash(Keys("1").Of(stage)!)));
    }

    [Fact]
    public void But_not_on_the_models_name() => Assert.Equal(KeysOf(Default, ("model", "a")), KeysOf(Default, ("model", "b")));

    [Fact]
    public void A_latency_table_changes_the_search_alone()
    {
        var (one, two) = (KeysOf(Default, ("latency-table", "1")), KeysOf(Default, ("latency-table", "2")));

        Assert.Equal((one.Training, one.Baseline), (two.Training, two.Baseline));
        Assert.NotEqual(one.Search, two.Search);
    }

    [Fact]
    public void Where_fine_tuning_decides_with_it_a_search_is_kept_for_none()
    {
        Assert.Null(KeysOf(Default with { Budget = Budget.Parse("bops=5%;drop=1") }).Search);
        Assert.Null(StageKeys.Of(FingerprintOf(Default), Default, isHeld: true).Search);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_numbers_that_are_taken_are_those_that_the_reference_names(string name)
    {
        var row = Row(name);
        Assert.All(SettingTexts.All.Where(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)), text =>
            Assert.Equal(IsNamed(row.Type, text), !SettingTexts.Refused(row).Contains(text)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_refused_is_named(string name)
    {
        Assert.NotEmpty(SettingTexts.Refused(Row(name)));
        Assert.All(SettingTexts.Refused(Row(name)), text =>
        {
            var error = Assert.Throws<AbsException>(() => Row(name).Parse(Default, text).Validated());
            Assert.StartsWith(name + "=\"", error.Message, StringComparison.Ordinal);
            Assert.Contains(error.Code, (string[])[AbsCodes.InvalidBits, AbsCodes.InvalidBudget, AbsCodes.InvalidSetting, AbsCodes.TargetNotFound]);
        });
    }

    [Theory]
    [InlineData("FilterGroup", "0", "it must be at least 1")]
    [InlineData("TrainEpochs", "-1", "it must be at least 0")]
    [InlineData("WeightDecay", "-0.001", "it must be at least 0")]
    [InlineData("WeightDecay", "Infinity", "it must be at least 0")]
    [InlineData("FineTuneLearningRate", "NaN", "it must be above 0")]
    [InlineData("Momentum", "1", "it is at least 0 and below 1")]
    [InlineData("Distillation", "1.5", "it is a share from 0 to 1")]
    public void What_is_out_of_range_is_told_the_range(string name, string text, string rule) => Assert.Equal(
        $"{name}=\"{text}\" is out of range; {rule}.",
        Assert.Throws<AbsException>(() => Row(name).Parse(Default, text).Validated()).Message);

    [Theory]
    [InlineData("Seed", "0.5", " cannot be read; write a whole number.")]
    [InlineData("LearningRate", "0,5", " cannot be read; write a number such as 0.001.")]
    [InlineData("WeightNormalization", "0", " cannot be read; write true or false.")]
    [InlineData("Gate", "unit", " is unknown; use Threshold or Logit.")]
    [InlineData("Bits", "1;8", ": on a grid around zero 1 bit holds nothing but the zero; start at 2.")]
    public void What_cannot_be_read_is_told_what_can(string name, string text, string wanted) => Assert.Equal(
        $"{name}=\"{text}\"{wanted}",
        Assert.Throws<AbsException>(() => Row(name).Parse(Default, text).Validated()).Message);

    private static Setting Row(string name) => Assert.Single(SettingsTable.All, setting => setting.Name == name);

    private static Fingerprint FingerprintOf(SearchSettings settings) => new FingerprintBuilder().AddSettings(settings).Build();

    private static JObject ToJson(SearchSettings settings) => new(SettingsTable.All.Select(setting => new JProperty(setting.JsonName, setting.ToJson(settings))));

    private static SearchSettings FromJson(JObject json) => SettingsTable.FromJson(StrictJson.ReadObject(json.ToString()));

    /// <summary>Whether a number is of a type such as <c>whole number from 1</c>.</summary>
    private static bool IsNamed(string type, string text)
    {
        var value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value)
            && (!type.StartsWith("whole", StringComparison.Ordinal) || int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            && (Limit("from") is not { } least || value >= least)
            && (Limit("above") is not { } above || value > above)
            && (Limit("below") is not { } below || value < below)
            && (Limit("to") is not { } most || value <= most);

        double? Limit(string word) => Regex.Match(type, word + @" (\S+?),?( |$)") is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }

    private static string Shown(string text) => text.Length == 0 ? "nothing" : text;

    private static StageKeys KeysOf(SearchSettings settings, params (string Name, string Value)[] more) =>
        StageKeys.Of(more.Aggregate(new FingerprintBuilder().AddSettings(settings), (builder, entry) => builder.Add(entry.Name, entry.Value)).Build(), settings, isHeld: false);
}
