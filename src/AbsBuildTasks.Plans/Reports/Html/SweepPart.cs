using System.Xml.Linq;
using AbsBuildTasks.Plans.Cost;
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
    public static XElement? Render(SweepResult sweep)
    {
        if (sweep.Points.Count < 2)
        {
            return null;
        }

        string[] columns =
        [
            "Budget",
            .. sweep.Kinds.Select(kind => Html.Sentence(kind.Title)),
            Printable.Shorten(sweep.MetricName, NameLength),
            "Points",
            "Weights",
            "Activations",
            "Filters",
            "Remark",
        ];
        return Html.Section(
            "sweep",
            "The sweep",
            Html.Charts(FrontChart.DrawAll(sweep)),
            Html.Table(
                $"Budgets by their {CostKind.Leading.Words}",
                columns,
                column => column > 0 && column < columns.Length - 1,
                sweep.ByCost().Select(point => (object[])[.. SweepTable.Numbers(sweep, point), SweepTable.Remark(sweep, point)])),
            MetricWords.Remarks(sweep).Select(remark => Html.Element("p", remark)));
    }
}
