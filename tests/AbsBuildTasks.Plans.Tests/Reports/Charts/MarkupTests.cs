using System.Xml.Linq;
using AbsBuildTasks.Plans.Reports.Charts;
using FsCheck;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Reports.Charts;

public class MarkupTests
{
    [Property]
    public void Any_text_comes_back_from_text_and_attribute(NonNull<string> text)
    {
        var valid = Markup.Valid(text.Get);

        var element = XElement.Parse(Markup.Write(new XElement("p", new XAttribute("title", valid), valid)), LoadOptions.PreserveWhitespace);

        Assert.Equal(valid.ReplaceLineEndings("\n"), element.Value.ReplaceLineEndings("\n"));
        Assert.Equal(valid, (string?)element.Attribute("title"));
    }

    [Theory]
    [InlineData("plain <b> & \"'", "plain <b> & \"'")]
    [InlineData("\0\u001b\ufffe\uffff", "\ufffd\ufffd\ufffd\ufffd")]
    [InlineData("😀", "😀")]
    public void What_no_document_can_hold_is_replaced(string text, string valid) => Assert.Equal(valid, Markup.Valid(text));

    [Fact]
    public void Halves_of_characters_are_replaced() => Assert.Equal("\ufffd\ufffd😀\ufffd", Markup.Valid("\ude00\ud83d😀\ud83d"));

    [Fact]
    public void Only_elements_that_html_closes_by_itself_go_without_an_end_tag() => Assert.Equal(
        "<div>\n<meta />\n<td></td>\n<path xmlns=\"http://www.w3.org/2000/svg\" />\n</div>\n",
        Markup.Write(new XElement("div", new XElement("meta"), new XElement("td"), Svg.Element("path"))));

    [Fact]
    public void Style_sheets_hold_nothing_that_html_and_xml_write_differently() =>
        Assert.Equal(-1, (ChartStyle.Palette + ChartStyle.Parts + Plans.Reports.Html.PageStyle.Text).IndexOfAny(['<', '>', '&']));
}
