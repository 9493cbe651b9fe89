using System.Text;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Reports.Html;

namespace AbsBuildTasks.Reports;

/// <summary>The files that a report is made of.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Run">The record of its search, which may be missing.</param>
/// <param name="Snapshot">The snapshot, which may be missing.</param>
internal sealed record ReportSources(string Plan, string Run, string Snapshot)
{
    /// <summary>A hash of the files' content and of the code that writes reports: another one makes another report.</summary>
    public string Stamp()
    {
        var parts = new[] { Plan, Run, Snapshot }
            .Select(file => File.Exists(file) ? HashOf(file) : "")
            .Append(typeof(HtmlReport).Assembly.ManifestModule.ModuleVersionId.ToString());
        using var text = new MemoryStream(Encoding.ASCII.GetBytes(string.Join("\n", parts)));
        return ContentHash.Of(text);
    }

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return ContentHash.Of(stream);
    }
}
