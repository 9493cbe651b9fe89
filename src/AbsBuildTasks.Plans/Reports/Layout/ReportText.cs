namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>Writes reports as plain text.</summary>
internal static class ReportText
{
    /// <summary>Writes a report; lines end in LF, with none at the end. ASCII but for names.</summary>
    /// <param name="report">What to write.</param>
    /// <param name="width">The width there is, in characters.</param>
    public static string Write(Report report, int width = int.MaxValue) =>
        string.Join("\n", ReportLines.Of(report, width).Select(line => string.Concat(line.Select(span => span.Text)).TrimEnd()));
}
