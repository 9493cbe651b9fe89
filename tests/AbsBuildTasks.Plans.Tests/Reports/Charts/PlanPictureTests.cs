using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports.Charts;

public class PlanPictureTests
{
    [Fact]
    public void The_picture_in_the_readme_is_that_of_the_sample() => Approved.Matches("docs/images/digits-report.svg", PlanPicture.Render(ReportSamples.Digits));

    [Fact]
    public void The_smallest_picture_is_the_committed_one() =>
        Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Reports/Charts/tiny.verified.svg", PlanPicture.Render(ReportSamples.Tiny));
}
