namespace AbsBuildTasks.Plans.Reports.Layout;

/// <summary>A section of a report.</summary>
/// <param name="Title">Its title's pieces; none for a section without.</param>
/// <param name="Blocks">What it holds.</param>
internal sealed record ReportSection(IReadOnlyList<ReportCell> Title, IReadOnlyList<ReportBlock> Blocks);

/// <summary>What there is to say, before it is written as text, as Markdown or for a terminal.</summary>
/// <param name="Sections">The sections, the most important first.</param>
/// <param name="SectionName">What a section beyond the first is, such as <c>model</c>.</param>
internal sealed record Report(IReadOnlyList<ReportSection> Sections, string SectionName = "model");
