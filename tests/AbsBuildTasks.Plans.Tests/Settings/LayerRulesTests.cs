using System.Text.RegularExpressions;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Settings;

public class LayerRulesTests
{
    private static readonly string[] Rules = ["whole", "keep", "8/8", "2/16", "32/32", "4/32", "8/8,whole", "whole,3/5", "keep,2/2", "8/*", "*/4", "*/32,whole"];

    [Property]
    public Property Rules_read_back_from_their_text() => Prop.ForAll(
        Gen.ListOf(Gen.Zip(Gen.Elements("a", "a.*", "?b", "*", "x:y"), Gen.Elements(Rules))).ToArbitrary(),
        entries =>
        {
            var rules = LayerRules.Parse(string.Join(" ; ", entries.Select(entry => $" {entry.Item1} : {entry.Item2} ")));
            return rules.Equals(LayerRules.Parse(rules.ToString())) && LayerRules.Parse(rules.ToString()).ToString() == rules.ToString() && rules.Patterns.Count() == entries.Count;
        });

    [Fact]
    public void Later_entries_win_aspect_by_aspect()
    {
        var rules = LayerRules.Parse("*:8/8;blocks.*.conv2:whole;blocks.1.*:4/2;head:keep;head:8/8");

        Assert.Equal(new LayerRule(8, 8, false), rules.For("conv1", LayerRule.Free));
        Assert.Equal(new LayerRule(8, 8, true), rules.For("blocks.0.conv2", LayerRule.Free));
        Assert.Equal(new LayerRule(4, 2, true), rules.For("blocks.1.conv2", LayerRule.Free));
        Assert.Equal(new LayerRule(8, 8, true), rules.For("head", LayerRule.Free));
        Assert.Equal(new LayerRule(8, 8, true), rules.For("conv1", new LayerRule(2, 2, true)));
        Assert.Equal("*:8/8;blocks.*.conv2:whole;blocks.1.*:4/2;head:keep;head:8/8", rules.ToString());
        Assert.Equal(new LayerRule(4, 8, false), LayerRules.Parse("*:8/8;a:4/*").For("a", LayerRule.Free));
        Assert.Equal(new LayerRule(null, 4, false), LayerRules.Parse("a:*/4").For("a", LayerRule.Free));
        Assert.Equal(LayerRule.Keep, LayerRules.None.For("any", LayerRule.Keep));
    }

    [Property]
    public Property Patterns_match_as_regular_expressions_would() => Prop.ForAll(
        Gen.ListOf(Gen.Elements('a', 'b', '.', '*', '?')).Select(string.Concat).ToArbitrary(),
        Gen.ListOf(Gen.Elements('a', 'b', '.')).Select(string.Concat).ToArbitrary(),
        (pattern, name) => Matches("x" + pattern, "x" + name) == Regex.IsMatch(name, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal) + "$"));

    [Fact]
    public void Case_tells_names_apart() => Assert.False(Matches("Conv*", "conv1"));

    [Theory]
    [InlineData("conv1", "'conv1' is not a pattern of layer names, a colon and rules; write for example Layers=\"conv1:8/8;head:keep;blocks.*:whole\".")]
    [InlineData(":8/8", "':8/8' is not a pattern")]
    [InlineData("conv1:8", "'8' is not a rule; the rules are W/A (bits of weights and activations, * for one that the search decides), whole and keep.")]
    [InlineData("conv1:", "'' is not a rule")]
    [InlineData("conv1:*/*", "'*/*' is not a rule")]
    [InlineData("conv1:8/8/8", "'8/8/8' is not a rule")]
    [InlineData("conv1:1/8", "'1' is not a bitwidth; use 2 to 16, 32 for not quantised, or * for what the search decides.")]
    [InlineData("conv1:8/17", "'17' is not a bitwidth")]
    [InlineData("conv1:8/x", "'x' is not a bitwidth")]
    public void What_is_no_rule_is_refused(string text, string message)
    {
        var error = Assert.Throws<AbsException>(() => LayerRules.Parse(text));

        Assert.Equal(AbsCodes.InvalidSetting, error.Code);
        Assert.StartsWith($"Layers=\"{text}\": {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_without_a_layer_names_the_nearest()
    {
        string[] layers = ["stem", "blocks.0.conv1", "blocks.0.conv2", "blocks.1.conv1", "blocks.1.conv2", "head"];
        LayerRules.Parse("stem:keep;*.conv?:8/8").RequireMatches(layers, []);

        var error = Assert.Throws<AbsException>(() => LayerRules.Parse("*:8/8;haed:keep").RequireMatches(layers, [("slope", "slope (PReLU: small)", 32)]));

        Assert.Equal(AbsCodes.LayerNotFound, error.Code);
        Assert.StartsWith("Layers: 'haed' matches no weighted layer of the network; near names: head, stem, ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slo?e", "slope (PReLU: a single number)", 32)]
    [InlineData("dots", "dots (matmul: a product of activations)", 8)]
    public void A_pattern_of_what_the_search_leaves_alone_says_why_it_is(string pattern, string words, int bits)
    {
        (string, string, int)[] others = [("norm", "norm (BatchNorm2d: a normalisation)", 32), ("slope", "slope (PReLU: a single number)", 32), ("dots", "dots (matmul: a product of activations)", 8)];
        var error = Assert.Throws<AbsException>(() => LayerRules.Parse(pattern + ":8/8").RequireMatches(["head"], others));

        Assert.Equal(AbsCodes.LayerNotFound, error.Code);
        Assert.Equal(FormattableString.Invariant($"Layers: '{pattern}' matches {words}, which stays at {bits} bits whatever Layers says, and no layer that the search decides about. Take the entry out."), error.Message);
    }

    private static bool Matches(string pattern, string name) => LayerRules.Parse(pattern + ":whole").For(name, LayerRule.Free).Whole;
}
