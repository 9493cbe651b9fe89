using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using FsCheck.Xunit;

namespace AbsBuildTasks.Plans.Tests.Reports.Layout;

public class LineBreaksTests
{
    private const int Terminal = 80;

    [Fact]
    public void A_diff_reads_well_in_a_terminal_of_80_columns() =>
        Approved.Matches("tests/AbsBuildTasks.Plans.Tests/Diffs/narrow.verified.txt", ReportText.Write(DiffReport.Of(SampleDiff.Changed), Terminal));

    /// <summary>What is broken between words and columns has the same words, in the same order, and no line is too long but for a long word.</summary>
    [Property]
    public void No_number_is_broken(byte room)
    {
        var width = 40 + (room % 80);
        foreach (var diff in SampleVerdict.Names.Select(SampleVerdict.Diff).Append(SampleDiff.Changed))
        {
            var report = DiffReport.Of(diff);
            var (whole, broken) = (ReportText.Write(report), ReportText.Write(report, width));

            Assert.Equal(WordsOf(whole).Order(StringComparer.Ordinal), WordsOf(broken).Order(StringComparer.Ordinal));
            Assert.All(broken.Split('\n'), line => Assert.True(line.Length <= width || line.Trim().Split("  ").Length == 1, line));
        }

        static string[] WordsOf(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void Nothing_is_broken_where_there_is_room() => Assert.Equal(ReportText.Write(DiffReport.Of(SampleDiff.Changed)), ReportText.Write(DiffReport.Of(SampleDiff.Changed), 1000));
}
