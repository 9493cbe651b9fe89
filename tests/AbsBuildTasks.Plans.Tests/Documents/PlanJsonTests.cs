using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Documents;

public class PlanJsonTests
{
    private const string Remedy = " Restore the file from version control, or delete it and accept a new plan.";

    private static readonly string Text = PlanJson.Write(SamplePlan.Digits);

    [Fact]
    public void A_plan_is_written_with_one_value_per_line_in_a_fixed_order()
    {
        var plan = SamplePlan.Digits.WithLayers(SamplePlan.Digits.Layers[1]);

        Assert.Equal(
            """
            {
              "schemaVersion": 1,
              "model": "digits",
              "fingerprint": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
              "budget": "bops=5%",
              "totals": {
                "macs": 2000,
                "bops": 32000,
                "fullPrecisionBops": 4096000,
                "relativeBops": 0.007813,
                "sizeBytes": 100,
                "fullPrecisionSizeBytes": 1000
              },
              "metric": {
                "name": "top-1",
                "fullPrecision": 92.5,
                "compressed": 91.75
              },
              "layers": [
                {
                  "name": "conv2",
                  "kind": "Conv2d",
                  "weightGrid": "symmetric",
                  "weightBits": 4,
                  "activationGrid": "unsigned",
                  "activationBits": 4,
                  "filters": 16,
                  "keptFilters": "0-2,4-8,10-15",
                  "macs": 2000,
                  "bops": 32000,
                  "sizeBytes": 100
                }
              ]
            }
            """.ReplaceLineEndings("\n"),
            PlanJson.Write(plan));
    }

    [Fact]
    public void Scales_of_filters_are_written_and_one_of_a_layer_is_not()
    {
        var plan = SamplePlan.Digits.With("conv2", layer => layer with { WeightScales = PlanScales.Filter });
        var text = PlanJson.Write(plan);

        Assert.Contains("\"weightGrid\": \"symmetric\",\n      \"weightScales\": \"filter\",\n      \"weightBits\": 4,", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("weightScales").Length);
        Assert.Equal(["layer", "filter", "layer"], PlanJson.Read(text, "plan.json").Layers.Select(layer => layer.WeightScales));

        var error = Assert.Throws<AbsException>(() => PlanJson.Write(SamplePlan.Digits.With("conv2", layer => layer with { WeightBits = 32, WeightGrid = PlanGrids.Float, WeightScales = PlanScales.Filter }) with { Budget = "bops=50%" }));
        Assert.Contains("weightScales is \"filter\" of weights that are not quantised", error.Message, StringComparison.Ordinal);
    }

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool A_plan_reads_back_equal_and_writes_the_same_bytes(CompressionPlan plan)
    {
        var text = PlanJson.Write(plan);
        var read = PlanJson.Read(text, "plan.json");
        return read.Equals(plan) && PlanJson.Write(read) == text;
    }

    [Fact]
    public void A_metric_of_minus_zero_is_zero()
    {
        var text = PlanJson.Write(SamplePlan.Digits with { Metric = new PlanMetric { Name = "m", FullPrecision = -0.0, Compressed = -0.0 } });

        Assert.Contains("\"fullPrecision\": 0.0,", text, StringComparison.Ordinal);
        Assert.Contains("\"compressed\": 0.0\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(97.222251, "97.2223")]
    [InlineData(10.00005, "10.0001")]
    [InlineData(1.000005, "1.00001")]
    [InlineData(9.9999996, "10.0")]
    [InlineData(0.98765432, "0.987654")]
    [InlineData(0.000123456789, "0.000123457")]
    [InlineData(-5e-8, "-5e-8")]
    [InlineData(-7.123456789e-8, "-7.12346e-8")]
    [InlineData(123456789.87654, "123456789.8765")]
    public void Metrics_have_four_decimals_or_six_digits_and_read_back_alike(double value, string written)
    {
        var plan = SamplePlan.Digits with { Budget = "bops=5%", Metric = new PlanMetric { Name = "m", FullPrecision = value, Compressed = value } };

        var text = PlanJson.Write(plan);

        Assert.Contains($"\"compressed\": {written}\n", text, StringComparison.Ordinal);
        Assert.Equal(text, PlanJson.Write(PlanJson.Read(text, "plan.json")));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData(" \n\t")]
    public void White_space_between_values_is_free(string lineEnd) =>
        Assert.Equal(SamplePlan.Digits, PlanJson.Read(Text.Replace("\n", lineEnd, StringComparison.Ordinal) + lineEnd, "plan.json"));

    [Theory]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 0", "2", "schemaVersion is 0, out of range 1 to 2147483647.")]
    [InlineData("\"model\": \"digits\"", "\"model\": \"\"", "3", "model is empty.")]
    [InlineData("\"model\": \"digits\"", "\"model\": null", "3", "model is not a text.")]
    [InlineData("cdef\",", "cdeF\",", "4", "fingerprint is not 64 lower-case hexadecimal digits.")]
    [InlineData("bops=5%", "cheap", "5", "budget cannot be read: ")]
    [InlineData("bops=5%", "bops=3.124%", "5", "budget is \"bops=3.124%\", but relativeBops is 0.03125: the plan costs more than its budget allows.")]
    [InlineData("\"macs\": 3500", "\"macs\": 3501", "7", "totals.macs is 3501, but the layers' sum is 3500.")]
    [InlineData("\"macs\": 3500", "\"macs\": 3500.0", "7", "totals.macs is not a whole number.")]
    [InlineData("\"macs\": 3500", "\"macs\": 99999999999999999999", "7", "totals.macs does not fit 64 bits.")]
    [InlineData("\"macs\": 3500,", "\"macs\": 3500, \"MACs\": 1,", "7", "totals.MACs is not a known property.")]
    [InlineData("\"fullPrecisionBops\": 4096000", "\"fullPrecisionBops\": 4096", "10", "totals.relativeBops is 0.03125, but bops / fullPrecisionBops is 31.25.")]
    [InlineData("0.03125", "0.03126", "10", "totals.relativeBops is 0.03126, but bops / fullPrecisionBops is 0.03125.")]
    [InlineData("\"fullPrecisionSizeBytes\": 1000", "\"fullPrecisionSizeBytes\": 199", "12", "totals.fullPrecisionSizeBytes is less than sizeBytes.")]
    [InlineData("92.5", "NaN", "16", "metric.fullPrecision is not a finite number.")]
    [InlineData("92.5", "1e10", "16", "metric.fullPrecision is not a number between -1e9 and 1e9.")]
    [InlineData("92.5", "\"92.5\"", "16", "metric.fullPrecision is not a number.")]
    [InlineData("\"conv1\"", "\"fc\"", "47", "layers[2].name is the name of an earlier layer; names are unique.")]
    [InlineData("\"name\": \"conv1\"", "\"name\": \"\"", "21", "layers[0].name is empty.")]
    [InlineData("\"weightGrid\": \"symmetric\"", "\"weightGrid\": \"unsigned\"", "23", "layers[0].weightGrid is not \"symmetric\", \"unit\" or \"float\".")]
    [InlineData("\"activationGrid\": \"unsigned\"", "\"activationGrid\": \"unit\"", "25", "layers[0].activationGrid is not \"symmetric\", \"unsigned\" or \"float\".")]
    [InlineData("\"activationGrid\": \"unsigned\"", "\"activationGrid\": \"float\"", "25", "layers[0].activationGrid is \"float\" at 8 bits; \"float\" stands for 32 bits, and those for it.")]
    [InlineData("\"weightBits\": 4", "\"weightBits\": 33", "37", "layers[1].weightBits is 33; bits are 1 to 32.")]
    [InlineData("\"weightBits\": 4", "\"weightScales\": \"row\",\n      \"weightBits\": 4", "37", "layers[1].weightScales is not \"filter\", nor left out.")]
    [InlineData("\"weightBits\": 4", "\"weightScales\": \"layer\",\n      \"weightBits\": 4", "37", "this is not how a plan is written: properties have a fixed order, each number and text has one spelling, and there are no comments.")]
    [InlineData("\"activationBits\": 4", "\"activationBits\": 0", "39", "layers[1].activationBits is 0; bits are 1 to 32.")]
    [InlineData("\"filters\": 16", "\"filters\": 15", "41", "layers[1].keptFilters names filter 15, but the layer has 15, counted from 0.")]
    [InlineData("\"filters\": 16", "\"filters\": 0", "40", "layers[1].filters is 0, out of range 1 to 2147483647.")]
    [InlineData("0-2,4-8,10-15", "", "41", "layers[1].keptFilters is empty; a layer keeps at least one filter.")]
    [InlineData("0-2,4-8,10-15", "3-1", "41", "layers[1].keptFilters cannot be read: '3-1' is not a range of filters; write for example \"0-5,7,9-15\".")]
    [InlineData("\"bops\": 64000", "\"bops\": 64001", "30", "layers[0].bops is 64001, but macs x weightBits x activationBits is 64000.")]
    [InlineData("\"sizeBytes\": 80", "\"sizeBytes\": -80", "57", "layers[2].sizeBytes is negative.")]
    [InlineData("\"macs\": 1000", "\"macs\": 9223372036854775807", "6", "totals and layers hold costs whose products or sums do not fit 64 bits.")]
    public void A_wrong_value_is_refused_by_line_and_path(string right, string wrong, string line, string message)
    {
        var text = ReplaceFirst(right, wrong);

        var error = Assert.Throws<AbsException>(() => PlanJson.Read(text, "plan.json"));

        Assert.Equal(AbsCodes.InvalidPlan, error.Code);
        Assert.StartsWith($"plan.json({line},", error.Message, StringComparison.Ordinal);
        Assert.Contains(": " + message.TrimEnd('.'), error.Message, StringComparison.Ordinal);
        Assert.EndsWith(Remedy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_of_a_newer_version_asks_for_that_version()
    {
        var error = Assert.Throws<AbsException>(() => PlanJson.Read(ReplaceFirst("\"schemaVersion\": 1", "\"schemaVersion\": 3"), "plan.json"));

        Assert.Equal("schemaVersion is 3, but this version of AbsBuildTasks knows only 1 and 2. Update the AbsBuildTasks package to the version that wrote the plan.", error.Detail);
        Assert.Equal(("plan.json", 2), (error.Place!.File, error.Place.Line));
    }

    [Theory]
    [InlineData("  \"model\": \"digits\",\n", "", 1, "model is missing")]
    [InlineData("      \"weightBits\": 8,\n", "", 20, "layers[0].weightBits is missing")]
    [InlineData("  \"model\": \"digits\",\n", "  \"model\": \"digits\",\n  \"model\": \"digits\",\n", 4, "the text is not JSON: Property with the name 'model' already exists")]
    [InlineData("  \"model\": \"digits\",\n", "  \"model\": \"digits\",\n  \"note\": 1,\n", 4, "note is not a known property")]
    public void Missing_repeated_and_unknown_properties_are_refused(string right, string wrong, int line, string message)
    {
        var error = Assert.Throws<AbsException>(() => PlanJson.Read(ReplaceFirst(right, wrong), "plan.json"));

        Assert.StartsWith($"plan.json({line},", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 01")]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 0x1")]
    [InlineData("\"schemaVersion\"", "schemaVersion")]
    [InlineData("\"digits\"", "'digits'")]
    [InlineData("\"digits\"", "\"d\\u0069gits\"")]
    [InlineData("\"digits\"", "\"\\ud83d\"")]
    [InlineData("92.5", "92.50")]
    [InlineData("92.5", "9.25e1")]
    [InlineData("\"budget\"", "/* why */ \"budget\"")]
    [InlineData("\"compressed\": 91.75", "\"compressed\": 91.75,")]
    [InlineData("\"name\": \"conv1\",\n      \"kind\": \"Conv2d\",", "\"kind\": \"Conv2d\",\n      \"name\": \"conv1\",")]
    public void Other_spellings_of_the_same_plan_are_refused(string right, string wrong) =>
        Assert.Throws<AbsException>(() => PlanJson.Read(ReplaceFirst(right, wrong), "plan.json"));

    [Fact]
    public void A_plan_may_cost_just_what_its_budget_allows() =>
        Assert.Equal("bops=3.125%", PlanJson.Read(ReplaceFirst("bops=5%", "bops=3.125%"), "plan.json").Budget);

    [Theory]
    [InlineData("bops=3.125%;size=200B;drop=0.75")]
    [InlineData("size=20%")]
    [InlineData("lambda=0.05")]
    public void So_it_may_in_all_limits(string budget) => Assert.Equal(budget, PlanJson.Read(ReplaceFirst("bops=5%", budget), "plan.json").Budget);

    [Theory]
    [InlineData("bops=3.124%", "but relativeBops is 0.03125: the plan costs more than its budget allows")]
    [InlineData("bops=5%;size=199B", "but sizeBytes is 200 of 1000: the plan is larger than its budget allows")]
    [InlineData("size=19.9%", "but sizeBytes is 200 of 1000")]
    [InlineData("drop=0.7499", "but the metric falls from 92.5 to 91.75: the plan loses more than its budget allows")]
    [InlineData("bops=5.0%", "but is written \"bops=5%\"")]
    [InlineData("drop=1;bops=5%", "but is written \"bops=5%;drop=1\"")]
    public void A_plan_beyond_its_budget_or_with_another_spelling_of_it_is_not_written(string budget, string message)
    {
        var error = Assert.Throws<AbsException>(() => PlanJson.Write(SamplePlan.Digits with { Budget = budget }));

        Assert.Equal(AbsCodes.Defect, error.Code);
        Assert.Contains($"budget is \"{budget}\", {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_spelling_is_reported_where_it_stands()
    {
        var error = Assert.Throws<AbsException>(() => PlanJson.Read(ReplaceFirst("92.5", "92.50"), "plan.json"));

        Assert.Equal("plan.json(16,26): this is not how a plan is written: properties have a fixed order, each number and text has one spelling, and there are no comments." + Remedy, error.Message);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        for (var length = 0; length < Text.Length; length++)
        {
            var error = Assert.Throws<AbsException>(() => PlanJson.Read(Text[..length], "plan.json"));
            Assert.Equal(AbsCodes.InvalidPlan, error.Code);
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("<xml/>")]
    [InlineData("{} {}")]
    public void A_text_that_is_no_object_is_refused(string text) =>
        Assert.Throws<AbsException>(() => PlanJson.Read(text, "plan.json"));

    [Fact]
    public void Deep_and_huge_texts_are_refused()
    {
        var deep = new string('[', 100_000);
        var huge = new string(' ', PlanJson.MaxLength + 1);

        Assert.Throws<AbsException>(() => PlanJson.Read("{\"model\":" + deep, "plan.json"));
        var error = Assert.Throws<AbsException>(() => PlanJson.Read(huge, "plan.json"));
        Assert.Equal("plan.json: a plan of more than 16 MiB is not read." + Remedy, error.Message);
    }

    [Theory]
    [InlineData("\n// note", "the text goes on after the end of the JSON object")]
    [InlineData("\n{}", "the text is not JSON: Additional text encountered after finished reading JSON content")]
    public void Nothing_follows_the_end(string rest, string message)
    {
        var error = Assert.Throws<AbsException>(() => PlanJson.Read(Text + rest, "plan.json"));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_character_in_a_name_is_refused()
    {
        var error = Assert.Throws<AbsException>(() => PlanJson.Write(SamplePlan.Digits with { Model = "a\ud83d" }));

        Assert.Contains("model holds half a character: it is not well-formed Unicode", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_contradicts_itself_is_a_defect_of_its_writer()
    {
        var plan = SamplePlan.Digits with { Totals = SamplePlan.Digits.Totals with { Macs = 1 } };

        var error = Assert.Throws<AbsException>(() => PlanJson.Write(plan));

        Assert.Equal(AbsCodes.Defect, error.Code);
        Assert.Equal("A plan with an error was about to be written: totals.macs is 1, but the layers' sum is 3500. Please report this.", error.Message);
    }

    [Fact]
    public void A_plan_without_layers_is_refused()
    {
        var error = Assert.Throws<AbsException>(() => PlanJson.Write(SamplePlan.Digits.WithLayers()));

        Assert.Contains("layers is empty; a plan lists every weighted layer", error.Message, StringComparison.Ordinal);
    }

    private static string ReplaceFirst(string right, string wrong)
    {
        var start = Text.IndexOf(right, StringComparison.Ordinal);
        Assert.True(start >= 0, $"The sample does not hold {right}.");
        return string.Concat(Text.AsSpan(0, start), wrong, Text.AsSpan(start + right.Length));
    }
}
