using System.Xml.Linq;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports.Html;

/// <summary>The plan among the others of its sweep.</summary>
internal static class SweepPart
{
    private const int NameLength = 40;

    /// <returns>Null where there is no other plan.</returns>
    public static XElement? Render(SweepResult sweep) => sweep.Points.Count < 2
        ? null
        : Html.Section(
            "sweep",
            "The sweep",
            Html.Charts([FrontChart.Draw(sweep)]),
            Html.Table(
                "Budgets by their bit-operations",
                ["Budget", "BOPs", "Size", Printable.Shorten(sweep.MetricName, NameLength), "Points", "Weights", "Activations", "Filters", "Remark"],
                column => column is >= 1 and <= 7,
                sweep.ByCost().Select(point => (object[])[.. SweepTable.Numbers(sweep, point), SweepTable.Remark(sweep, point)])),
            MetricWords.Remarks(sweep).Select(remark => Html.Element("p", remark)));
}
