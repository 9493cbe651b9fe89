using System.Xml.Linq;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Plans.Text;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Reports.Html;

public class HtmlReportTests
{
    private const string Folder = "tests/AbsBuildTasks.Plans.Tests/Reports/Html/";

    [Fact]
    public void The_report_of_the_sample_is_the_committed_one() => Approved.Matches(Folder + "digits.verified.html", HtmlReport.Render(ReportSamples.DigitsWithAll));

    [Fact]
    public void The_smallest_report_is_the_committed_one() => Approved.Matches(Folder + "tiny.verified.html", HtmlReport.Render(ReportSamples.Tiny));

    /// <summary>Read here as XML, and by browsers as HTML: neither finds an element that a name brought along.</summary>
    [Property(Arbitrary = [typeof(RandomPlans)])]
    public void Names_of_any_characters_change_no_element(CompressionPlan plan, CompressionPlan snapshot)
    {
        var content = new ReportContent { Plan = plan, Snapshot = snapshot };
        var plain = new ReportContent { Plan = Plain(plan), Snapshot = Plain(snapshot) };

        Assert.Equal(ElementsOf(Parse(HtmlReport.Render(plain))), ElementsOf(Parse(HtmlReport.Render(content))));
        Assert.Equal(ElementsOf(XElement.Parse(PlanPicture.Render(plain))), ElementsOf(XElement.Parse(PlanPicture.Render(content))));

        // Names that are the same in both plans stay so, as the diff matches layers by them.
        CompressionPlan Plain(CompressionPlan named) => named with
        {
            Model = named.Model == plan.Model ? "model" : "other",
            Metric = named.Metric with { Name = named.Metric.Name == plan.Metric.Name ? "metric" : "other" },
            Layers = [.. named.Layers.Select(layer => layer with { Name = PlainName(layer.Name), Kind = PlainName(layer.Kind) })],
        };

        static string PlainName(string name) => string.Concat(name.Select(character => $"{(int)character:x4}"));
    }

    [Fact]
    public void The_hardest_names_change_no_element()
    {
        // As long as they print, because a word that its place is too narrow for is left out.
        var plain = ReportSamples.LargeOf([.. ReportSamples.HardNames.Select((name, index) => new string((char)('a' + index), Printable.Escape(name).Length))]);

        Assert.Equal(ElementsOf(Parse(HtmlReport.Render(plain))), ElementsOf(Parse(HtmlReport.Render(ReportSamples.Large))));
        Assert.Equal(ElementsOf(XElement.Parse(PlanPicture.Render(plain))), ElementsOf(XElement.Parse(PlanPicture.Render(ReportSamples.Large))));
    }

    [Fact]
    public void A_report_has_no_script_and_refers_to_nothing_but_itself()
    {
        var page = Parse(HtmlReport.Render(ReportSamples.Large));

        Assert.DoesNotContain(page.Descendants(), element => element.Name.LocalName is "script" or "link" or "img" or "iframe" or "use" or "image");
        Assert.DoesNotContain(page.Descendants().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.All(page.Descendants().Attributes("href"), link => Assert.Contains(page.Descendants().Attributes("id"), id => "#" + id.Value == link.Value));
        Assert.Contains(page.Descendants("meta"), meta => (string?)meta.Attribute("content") == "default-src 'none'; style-src 'unsafe-inline'");
        Assert.DoesNotContain("url(", page.Descendants("style").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Three_hundred_layers_of_thousands_of_filters_stay_below_three_megabytes() =>
        Assert.InRange(HtmlReport.Render(ReportSamples.Large).Length, 500_000, 3_000_000);

    [Fact]
    public void Every_layer_is_a_row_of_the_table_and_of_each_chart()
    {
        var page = Parse(HtmlReport.Render(ReportSamples.Digits));
        var names = ReportSamples.Digits.Plan.Layers.Select(layer => layer.Name).ToArray();

        Assert.Equal(names, page.Descendants("section").Single(part => (string?)part.Attribute("id") == "layers").Descendants("table").Single().Descendants("th").Where(cell => (string?)cell.Attribute("scope") == "row").Select(cell => cell.Value));
        foreach (var chart in new[] { "Bits", "Kept filters", "Share of BOPs" })
        {
            Assert.Equal(names, Chart(page, chart).Descendants(Svg.Namespace + "text").Where(text => (string?)text.Attribute("class") == "name").Select(text => text.Value));
        }
    }

    [Fact]
    public void Whatever_charts_show_stands_in_a_table_too()
    {
        var content = ReportSamples.Digits;
        var page = Parse(HtmlReport.Render(content));

        Assert.Equal(content.History!.Epochs.Count, Rows("Epochs and the steps between them, in the order they ran").Length);
        Assert.Equal(content.Plan.Layers.Select(layer => layer.Name), Rows("Choices in the first epoch of the search, and what was frozen after the last").Select(row => row[0]));
        var pruned = content.Plan.Layers.Where(layer => layer.KeptFilters.Count < layer.Filters).ToArray();
        Assert.NotEmpty(pruned);
        Assert.Equal(pruned.Select(layer => layer.KeptFilters.ToString()), Rows("Kept filters of the layers that lose some, by index").Select(row => row[2]));

        string[][] Rows(string caption) =>
        [
            .. page.Descendants("table").Single(table => table.Element("caption")!.Value == caption)
                .Element("tbody")!.Elements("tr").Select(row => row.Elements().Select(cell => cell.Value.Trim()).ToArray()),
        ];
    }

    [Fact]
    public void What_is_not_known_is_left_out()
    {
        Assert.Equal(["layers", "filters"], PartsOf(HtmlReport.Render(ReportSamples.Tiny)));
        Assert.Equal(["layers", "filters", "close-calls", "search", "test"], PartsOf(HtmlReport.Render(ReportSamples.Digits)));
        Assert.Equal(["verdict", "changes", "layers", "filters", "close-calls", "search", "test", "sweep"], PartsOf(HtmlReport.Render(ReportSamples.DigitsWithAll)));
        Assert.Equal(["layers", "filters"], PartsOf(HtmlReport.Render(ReportSamples.Tiny with { History = new(), Sweep = SweepResult.Of(ReportSamples.Tiny.Plan, []) })));
    }

    [Fact]
    public void A_plan_like_its_snapshot_says_so() =>
        Assert.Contains(">no change, 1 layer</h2>", HtmlReport.Render(ReportSamples.Tiny with { Snapshot = ReportSamples.Tiny.Plan }), StringComparison.Ordinal);

    [Fact]
    public void What_a_plan_is_compared_with_and_why_it_was_searched_again_is_told_in_words()
    {
        string[] reasons = [.. Enumerable.Range(1, 25).Select(number => $"data:{number}.csv <b>changed</b>")];
        var content = ReportSamples.Tiny with { Snapshot = ReportSamples.Tiny.Plan, Basis = "a<b>", Reasons = reasons };

        var part = Parse(HtmlReport.Render(content)).Descendants("section").First();

        Assert.Equal("no change, 1 layer", part.Element("h2")!.Value);
        Assert.Contains(part.Elements("p"), line => line.Value == "Compared with a<b>.");
        Assert.Equal(reasons, part.Descendants("li").Select(line => line.Value));
        Assert.Equal("15 more reasons", part.Descendants("summary").Single().Value);
    }

    [Fact]
    public void Several_models_are_parts_of_one_page() => Approved.Matches(Folder + "several.verified.html", HtmlReport.Render(DiffReport.Of(SampleDiff.Several)));

    /// <summary>The sample's search has twelve epochs; what was frozen after them is no thirteenth.</summary>
    [Fact]
    public void Epochs_are_counted_as_configured_and_freezing_has_its_name()
    {
        var page = Parse(HtmlReport.Render(ReportSamples.Digits));

        Assert.Equal(["search", "freeze"], Texts(Chart(page, "BOPs during the search")).TakeLast(2));
        Assert.Superset(new HashSet<string>(["1", "frozen", "epochs 1 to 12, then frozen; a higher line is more"]), Texts(Chart(page, "Weight bits in the search")).ToHashSet());

        // While a search runs, nothing is frozen yet.
        RunEpoch[] epochs = [.. ReportSamples.Digits.History!.Epochs.Where(epoch => epoch.Phase == "search")];
        Assert.Superset(new HashSet<string>(["1", "12", "first → last epoch; a higher line is more"]), GateCharts.Draw(GateHistory.Of(epochs))[0].Content.Select(element => element.Value).ToHashSet());

        static IEnumerable<string> Texts(XElement chart) => chart.Descendants(Svg.Namespace + "text").Select(text => text.Value);
    }

    /// <summary>A plan that loses more than its budget's <c>drop</c> allows is frozen again, with other decisions.</summary>
    [Fact]
    public void Of_several_freezes_the_last_counts_and_without_a_search_there_is_no_history()
    {
        var history = ReportSamples.Digits.History!;
        var freeze = history.Epochs.Single(epoch => epoch.Phase == "freeze");
        var again = freeze with { Layers = [.. freeze.Layers.Select(layer => layer with { WeightBits = 16 })] };
        RunEpoch[] missed = [.. history.Epochs, again];

        Assert.All(GateHistory.Of(ReportSamples.Digits.Plan, history with { Epochs = missed }), layer =>
        {
            Assert.True(layer.IsFrozen);
            Assert.Equal(13, layer.Steps.Count);
            Assert.Equal(16, layer.Steps[^1].WeightBits);
        });
        Assert.Empty(GateHistory.Of(ReportSamples.Digits.Plan, history with { Epochs = [freeze] }));
        Assert.Empty(GateHistory.Of([freeze]));
    }

    [Fact]
    public void A_history_of_other_layers_or_of_one_epoch_does_no_harm()
    {
        var history = ReportSamples.Digits.History!;
        var report = HtmlReport.Render(ReportSamples.Tiny with { History = history with { Epochs = [.. history.Epochs.Where(epoch => epoch.Phase == "search").Take(1)] } });

        Assert.Contains("The search", report, StringComparison.Ordinal);
        Assert.DoesNotContain("How the gates moved", report, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", report, StringComparison.Ordinal);
    }

    private static XElement Parse(string html) => XElement.Parse(html["<!DOCTYPE html>\n".Length..]);

    private static string[] PartsOf(string html) => [.. Parse(html).Descendants("section").Select(part => (string)part.Attribute("id")!)];

    private static XElement Chart(XElement page, string title) =>
        page.Descendants(Svg.Namespace + "svg").Single(chart => chart.Element(Svg.Namespace + "title")!.Value == title);

    // But for places where a long name may break, which are its dots.
    private static IEnumerable<string> ElementsOf(XElement root) => root.DescendantsAndSelf().Select(element => element.Name.LocalName).Where(name => name != "wbr");
}
