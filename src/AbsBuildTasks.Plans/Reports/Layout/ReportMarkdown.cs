using System.Text;

namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>Writes reports as Markdown with tables, short enough for a comment on a pull request.</summary>
internal static class ReportMarkdown
{
    /// <summary>The longest text by default, in characters: GitHub's comments end at 65,536.</summary>
    public const int CommentLength = 65_000;

    // A section that has less room than this is left out, and counted.
    private const int LeastRoom = 600;

    /// <summary>Writes a report; lines end in LF, the last one too.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="limit">The longest text, in characters, at least 4,000. What does not fit is counted.</param>
    public static string Write(Report report, int limit = CommentLength)
    {
        var text = new StringBuilder();
        for (var i = 0; i < report.Sections.Count; i++)
        {
            // The first may take half, as it sums up the others; what one leaves over is shared by those after it.
            var others = report.Sections.Count - i;
            var room = (limit - LeastRoom - text.Length) / (i == 0 ? Math.Min(others, 2) : others);
            if (room < LeastRoom)
            {
                text.Append($"\nand {Counted.More(others, report.SectionName)}\n");
                break;
            }

            new MarkdownSection(text, text.Length + room).Write(report.Sections[i], isFirst: i == 0);
        }

        return text.ToString();
    }
}
