using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Plans.Text;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Text;

public class ShortNamesTests
{
    [Fact]
    public void Names_keep_what_tells_them_apart()
    {
        string[] names = [.. Enumerable.Range(10, 3).Select(layer => $"backbone.encoder.layers.{layer}.self_attention.projections.query"), "head"];
        var shown = new ShortNames(names, 30);

        Assert.Equal(["backbone....10.self...ns.query", "backbone....11.self...ns.query", "backbone....12.self...ns.query", "head"], names.Select(shown.Of));
    }

    [Fact]
    public void Names_that_differ_in_several_places_differ_by_a_hash()
    {
        string[] names = [.. from first in "ab" from second in "ab" select $"{new string('x', 50)}{first}{new string('y', 50)}{second}{new string('z', 50)}"];
        var shown = new ShortNames(names, 40);

        Assert.Equal(4, names.Select(shown.Of).Distinct().Count());
        Assert.All(names, name => Assert.Matches("^x+[.]{3}z+~[0-9a-f]{8}$", shown.Of(name)));
    }

    [Property(Arbitrary = [typeof(RandomPlans)])]
    public void Any_names_differ_and_fit(CompressionPlan plan)
    {
        string[] names = [.. plan.Layers.SelectMany(layer => new[] { new string('p', 30) + layer.Name + new string('s', 30), layer.Name })];
        var shown = new ShortNames(names, 20);

        Assert.Equal(names.Distinct().Count(), names.Select(shown.Of).Distinct().Count());
        Assert.All(names, name => Assert.InRange(shown.Of(name).Length, 0, 20));
    }

    [Fact]
    public void Every_table_and_chart_tells_layers_apart()
    {
        string[] names = [.. Enumerable.Range(10, 5).Select(layer => $"backbone.encoder.layers.{layer}.{new string('w', 80)}.self_attention.projections.query")];
        var plan = SamplePlan.Of("m", [.. names.Select(name => SamplePlan.Layer(name, "Linear", 8, 8, 4, "0-2", 10, 1))]);
        var content = new ReportContent { Plan = plan, Snapshot = plan.WithLayers([.. plan.Layers.Select(layer => layer with { WeightBits = 4 })]) };

        foreach (var text in new[] { PlanTable.Write(plan), ReportText.Write(PlanReport.Of(plan)), ReportForm.Markdown.Render(content), ReportForm.Page.Render(content), ReportForm.Picture.Render(content) })
        {
            Assert.All(Enumerable.Range(10, 5), layer => Assert.Contains($".{layer}.w", text, StringComparison.Ordinal));
        }
    }
}
