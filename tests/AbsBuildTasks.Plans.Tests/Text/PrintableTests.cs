using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Plans.Text;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Text;

public class PrintableTests
{
    [Fact]
    public void A_whole_line_is_made_visible_and_else_left_as_it_is() =>
        Assert.Equal(@"C:\a ##[x] ::e \u001B[2J\u202E\uDB40\uDC41 層😀", Printable.Visible("C:\\a ##[x] ::e \u001b[2J\u202e\U000e0041 層😀"));

    [Theory]
    [InlineData("features.0", "features.0")]
    [InlineData("層 é 😀", "層 é 😀")]
    [InlineData("a\r\nb\tc\0", @"a\u000D\u000Ab\u0009c\u0000")]
    [InlineData("\u001b[31m", @"\u001B[31m")]
    [InlineData("\u2028\u2029\u0085", @"\u2028\u2029\u0085")]
    [InlineData("\u202egnp", @"\u202Egnp")]
    [InlineData("a\U000e0041", @"a\uDB40\uDC41")]
    [InlineData(@"\n", @"\\n")]
    [InlineData("##vso[x]", @"#\u0023vso[x]")]
    [InlineData("a###", @"a#\u0023\u0023")]
    [InlineData(" ::error", @" :\u003Aerror")]
    [InlineData("a::b", "a::b")]
    public void Names_print_on_one_line(string name, string printed) => Assert.Equal(printed, Printable.Escape(name));

    [Theory]
    [InlineData("C:\\a\\b.json", "C:\\a\\b.json")]
    [InlineData("/a\n##vso[task.x]b.json", "/a\\u000A#\\u0023vso[task.x]b.json")]
    [InlineData("::error::x", ":\\u003Aerror::x")]
    public void Lines_give_no_orders_and_keep_their_backslashes(string line, string printed) => Assert.Equal(printed, Printable.Line(line));

    [Fact]
    public void Half_a_character_is_escaped() => Assert.Equal(@"\uD83Dx", Printable.Escape("\ud83dx"));

    [Fact]
    public void Long_names_lose_their_middle()
    {
        Assert.Equal("backbon...er.conv1", Printable.Shorten("backbone.stages.3.blocks.12.inner.conv1", 18));
        Assert.Equal("short", Printable.Shorten("short", 18));
    }

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public bool Shortened_names_fit_and_hold_whole_characters(Plans.Documents.CompressionPlan plan)
    {
        var name = Printable.Shorten(string.Concat(plan.Layers.Select(layer => layer.Name)) + plan.Model, 12);
        return name.Length <= 12 && Printable.Escape(name.Replace(@"\", "", StringComparison.Ordinal)) == name.Replace(@"\", "", StringComparison.Ordinal);
    }
}
