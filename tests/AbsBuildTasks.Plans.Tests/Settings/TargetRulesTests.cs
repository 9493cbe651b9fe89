using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Plans.Tests.Settings;

/// <summary>What contradicts a target is refused before there is a network.</summary>
public class TargetRulesTests
{
    private const string Controller = """{"schemaVersion":1,"name":"mcu","pairs":["4/8","8/8","8/16"],"filterMultiple":4}""";
    private const string ByFilter = """{"schemaVersion":1,"name":"mcu","weightScales":"filter"}""";

    [Theory]
    [InlineData("DeployTarget", "any", "Grid", "Unit", "FilterGroup", "3", "Bits", "3;6")]
    [InlineData("DeployTarget", "npu-int8")]
    [InlineData("DeployTarget", "npu-int8", "Bits", "2;4;8")]
    [InlineData("DeployTarget", "npu-int8", "Bits", "8", "FilterGroup", "32")]
    [InlineData("DeployTarget", "w4a8", "Bits", "4;8", "FilterGroup", "4", "Layers", "head:8/8;conv1:4/*")]
    [InlineData("DeployTarget", "w4a8", "WeightBits", "4;8", "ActivationBits", "8")]
    [InlineData("DeployTarget", "w4a8", "WeightBits", "4;8", "ActivationBits", "8", "Bits", "3")]
    [InlineData("DeployTarget", "onnxruntime-cpu", "Bits", "3;6", "WeightBits", "2;4;8", "Layers", "*:keep;a:8/32")]
    [InlineData("DeployTarget", Controller, "Bits", "8;16", "WeightBits", "4;8", "FilterGroup", "2")]
    public void What_fits_is_taken(params string[] texts) => Assert.NotNull(Parse(texts));

    [Theory]
    [InlineData("Bits=\"4;8\": DeployTarget=\"npu-int8\" has no weights or inputs of 4 bits; it runs 8/8. Leave 4 out.", "DeployTarget", "npu-int8", "Bits", "4;8")]
    [InlineData("WeightBits=\"2;8\": DeployTarget=\"w4a8\" has no weights of 2 bits; it runs 4/8, 8/8. Leave 2 out.", "DeployTarget", "w4a8", "WeightBits", "2;8")]
    [InlineData("ActivationBits=\"4;8\": DeployTarget=\"w4a8\" has no inputs of 4 bits; it runs 4/8, 8/8. Leave 4 out.", "DeployTarget", "w4a8", "ActivationBits", "4;8")]
    [InlineData("Bits=\"4;8\": DeployTarget=\"w4a8\" has no inputs of 4 bits; it runs 4/8, 8/8. Leave 4 out.", "DeployTarget", "w4a8", "Bits", "4;8", "WeightBits", "8")]
    [InlineData("WeightBits=\"4\" and ActivationBits=\"16\" and DeployTarget=\"mcu\" have no pair of weight and input bits in common: the target runs 4/8, 8/8, 8/16. Change one of the two.", "DeployTarget", Controller, "WeightBits", "4", "ActivationBits", "16")]
    [InlineData("Layers=\"head:8/8;conv1:4/4\": DeployTarget=\"w4a8\" does not run 4/4; it runs 4/8, 8/8. Give these layers other bits.", "DeployTarget", "w4a8", "Layers", "head:8/8;conv1:4/4")]
    [InlineData("Layers=\"head:keep\": DeployTarget=\"npu-int8\" does not run 32/32; it runs 8/8. Give these layers other bits.", "DeployTarget", "npu-int8", "Layers", "head:keep")]
    [InlineData("Grid=\"Unit\" does not run on DeployTarget=\"w4a8\": its levels have no zero, and integers of as many bits do. Leave Grid out.", "DeployTarget", "w4a8", "Grid", "Unit")]
    [InlineData("FilterGroup=\"3\" does not fit DeployTarget=\"w4a8\", which is fast at multiples of 16 filters. Set FilterGroup to 1, or to a divisor or a multiple of 16.", "DeployTarget", "w4a8", "FilterGroup", "3")]
    public void What_contradicts_is_refused_by_name(string message, params string[] texts)
    {
        var error = Assert.Throws<AbsException>(() => Parse(texts));

        Assert.Equal((AbsCodes.TargetContradicted, message), (error.Code, error.Message));
    }

    [Fact]
    public void A_scale_for_each_filter_is_refused_as_no_search_finds_it()
    {
        var error = Assert.Throws<AbsException>(() => Parse("DeployTarget", ByFilter));

        Assert.Equal((AbsCodes.UnsupportedTarget, "DeployTarget=\"mcu\" wants a scale for each filter's weights (weightScales is \"filter\"), but a search finds one for each layer. Set weightScales to \"layer\" if the target takes that as well."), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("8/*", "8/8, 8/16")]
    [InlineData("*/16", "8/16")]
    [InlineData("4/*", "4/8")]
    [InlineData("whole", "4/8, 8/8, 8/16")]
    public void Bits_that_a_rule_leaves_open_are_those_that_the_target_runs_with_it(string rule, string pairs)
    {
        var settings = Parse("DeployTarget", Controller, "WeightBits", "4;8", "ActivationBits", "8;16", "Layers", "a:" + rule);
        var found = LayerPairs.Of(settings, "a", settings.Layers.For("a", LayerRule.Free), isKept: false, canQuantizeInputs: true);

        Assert.Equal(pairs, string.Join(", ", settings.DeployTarget.Pairs!.Where(found.Contains)));
    }

    [Theory]
    [InlineData("whole", "8/16")]
    [InlineData("4/*", "4/8")]
    [InlineData("*/8", "8/8")]
    public void A_kept_layer_has_the_most_bits_that_its_rule_allows(string rule, string pair)
    {
        var settings = Parse("DeployTarget", Controller, "WeightBits", "4;8", "ActivationBits", "8;16", "Layers", "a:" + rule);
        var found = LayerPairs.Of(settings, "a", settings.Layers.For("a", LayerRule.Free), isKept: true, canQuantizeInputs: true);

        Assert.Equal((pair, pair), (found.Lowest.ToString(), found.Highest.ToString()));
    }

    [Theory]
    [InlineData("*/16", true, "The rule */16 for layer 'a' and DeployTarget=\"npu-int8\" have no pair of weight and input bits in common: the target runs 8/8. Change one of the two.")]
    [InlineData("4/*", false, "The rule 4/* for layer 'a' and DeployTarget=\"npu-int8\" have no pair of weight and input bits in common: the target runs 8/32. Change one of the two.")]
    public void A_layer_that_cannot_run_is_refused_by_name(string rule, bool canQuantizeInputs, string message)
    {
        var settings = Parse("DeployTarget", "npu-int8", "Layers", "a:" + rule);
        var error = Assert.Throws<AbsException>(() => LayerPairs.Of(settings, "a", settings.Layers.For("a", LayerRule.Free), isKept: false, canQuantizeInputs));

        Assert.Equal((AbsCodes.TargetContradicted, message), (error.Code, error.Message));
    }

    [Fact]
    public void Weights_whose_inputs_cannot_be_quantised_have_the_bits_that_the_target_has_for_weights()
    {
        var settings = Parse("DeployTarget", Controller, "WeightBits", "4;8", "ActivationBits", "8;16");
        var found = LayerPairs.Of(settings, "a", LayerRule.Free, isKept: false, canQuantizeInputs: false);

        Assert.Equal(("4/32", "8/32"), (found.Lowest.ToString(), found.Highest.ToString()));
    }

    private static SearchSettings Parse(params string[] texts) => SettingsTable.Parse(name => name == nameof(SearchSettings.Budget) ? "bops=5%" : texts.SkipWhile((text, i) => i % 2 == 1 || text != name).ElementAtOrDefault(1));
}
