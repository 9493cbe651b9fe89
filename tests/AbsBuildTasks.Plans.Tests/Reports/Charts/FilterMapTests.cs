using System.Globalization;
using System.Text.RegularExpressions;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Reports.Charts;

public class FilterMapTests
{
    [Property(Arbitrary = [typeof(RandomPlans)])]
    public void Exactly_the_kept_filters_are_squares(FilterRanges kept)
    {
        if (kept.Count > 0)
        {
            Assert.Equal(kept, Squares(Draw(200, kept), "some4").Order());
            Assert.Equal(Enumerable.Range(0, 200), Squares(Draw(200, kept), "gone").Order());
        }
    }

    [Fact]
    public void Squares_of_many_filters_are_as_thick_as_their_kept_share()
    {
        // Four filters a square: all of the first, three of the second, one of the third, none of the fourth, ...
        var chart = Draw(8192, FilterRanges.Parse("0-6,8,8191"));

        Assert.Equal([0], Squares(chart, "some4"));
        Assert.Equal([1], Squares(chart, "some3"));
        Assert.Equal([2, 2047], Squares(chart, "some1"));
        Assert.Contains("each square is 4 filters", chart.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_layer_is_no_larger_a_picture()
    {
        var chart = Draw(int.MaxValue - 1, FilterRanges.All(int.MaxValue - 1));

        Assert.InRange(chart.Height, 50, 200);
    }

    private static Chart Draw(int filters, FilterRanges kept) => FilterMap.Draw([SamplePlan.Layer("layer", "Linear", 8, 8, filters, kept.ToString(), 1, 1)])[0];

    /// <summary>The indices of the squares of a class, from where its lines are.</summary>
    private static IEnumerable<int> Squares(Chart chart, string style) => chart.Content
        .SelectMany(element => element.DescendantsAndSelf(Svg.Namespace + "path"))
        .Where(path => (string?)path.Attribute("class") == style)
        .SelectMany(path => Regex.Matches((string)path.Attribute("d")!, @"M(\d+) (\d+)h(\d+)"))
        .SelectMany(run => Enumerable.Range((Number(run, 1) / 5) + ((Number(run, 2) - 2) / 5 * 64), (Number(run, 3) + 1) / 5));

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
}
