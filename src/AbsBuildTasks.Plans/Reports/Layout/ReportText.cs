namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>Writes reports as plain text.</summary>
internal static class ReportText
{
    /// <summary>Writes a report; lines end in LF, with none at the end. ASCII but for names.</summary>
    public static string Write(Report report) =>
        string.Join("\n", ReportLines.Of(report).Select(line => string.Concat(line.Select(span => span.Text)).TrimEnd()));
}
