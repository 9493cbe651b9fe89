using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Reports.Charts;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Plans.Tests.Reports;

namespace Reports.Browser.Tests;

/// <summary>The reports under test, as files.</summary>
public sealed class ReportFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("abs-reports-").FullName;

    public static string[] Names => ["blocks", "committed", "crowded", "digits", "large", "refused", "several", "tiny"];

    public string PathOf(string name)
    {
        var path = Path.Combine(_folder, name + ".html");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, name == "several" ? HtmlReport.Render(DiffReport.Of(SampleDiff.Several)) : HtmlReport.Render(Content(name)));
        }

        return path;
    }

    /// <summary>A page that shows a report's picture as it is, wide enough for it.</summary>
    public string PictureOf(string name)
    {
        var path = Path.Combine(_folder, name + ".picture.html");
        File.WriteAllText(path, $"<!DOCTYPE html><html><body style='margin:0;background:var(--paper)'>{PlanPicture.Render(Content(name))}</body></html>");
        return path;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ReportContent Content(string name) => name switch
    {
        "committed" => new() { Plan = PlanFile.Read(Repository.PathOf("samples/Digits/AbsPlans/digits.plan.verified.json")).Plan },
        "digits" => ReportSamples.DigitsWithAll with { Basis = "the merge base of main, 0123abcd", Reasons = [.. Enumerable.Range(1, 25).Select(seed => $"setting:Seed changed from {seed} to {seed + 1}")] },
        "blocks" => ReportSamples.Blocks,
        "crowded" => ReportSamples.Digits with { Sweep = ReportSamples.Crowded },
        "refused" => SampleVerdict.Of("refused"),
        "large" => ReportSamples.Large,
        _ => ReportSamples.Tiny,
    };
}
