using System.Xml.Linq;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports.Charts;

public class PlanPictureTests
{
    [Fact]
    public void The_picture_in_the_readme_shows_the_samples_plan()
    {
        var committed = PlanFile.Read(Repository.PathOf("samples/Digits/AbsPlans/digits.plan.verified.json")).Plan;

        // Where this fails: copy digits.plan.json and digits.run.json of a build of samples/Digits to Reports/Digits.
        Assert.Equal("digits: no change, 5 layers", PlanDiffText.Write(PlanDiff.Between(committed, ReportSamples.Digits.Plan)));
    }

    [Fact]
    public void The_table_in_the_readme_is_the_samples() =>
        Assert.Contains(string.Join('\n', PlanTable.Write(ReportSamples.Digits.Plan).Split('\n').Select(line => line.Length == 0 ? "" : "      " + line)), Repository.Read("README.md"), StringComparison.Ordinal);

    [Fact]
    public void The_picture_in_the_readme_is_that_of_the_sample() => Approved.Matches("docs/images/digits-report.svg", PlanPicture.Render(ReportSamples.Digits));

    [Fact]
    public void The_picture_has_every_chart_of_the_page()
    {
        var titles = XElement.Parse(PlanPicture.Render(ReportSamples.DigitsWithAll)).Descendants(Svg.Namespace + "text").Where(text => (string?)text.Attribute("class") == "title").Select(text => text.Value);

        Assert.Equal(
            ["digits", "Bits", "Kept filters", "Share of BOPs", "Loss", "top-1", "BOPs during the search", "Weight bits in the search", "Activation bits in the search", "Kept filters in the search", "top-1 against BOPs", "top-1 against size"],
            titles);
    }

    [Fact]
    public void The_smallest_picture_is_the_committed_one() =>
        Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Reports/Charts/tiny.verified.svg", PlanPicture.Render(ReportSamples.Tiny));
}
