using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Finds what builds wrote of fingerprints: <c>obj/**/abs/fingerprints/&lt;model&gt;.json</c>.</summary>
internal static class FingerprintReports
{
    /// <summary>What led from a plan to another, a line each; none where no build of their project wrote that down.</summary>
    /// <param name="file">The later plan's file, which tells the project; null where it comes from a commit.</param>
    /// <param name="before">The earlier plan.</param>
    /// <param name="after">The later plan.</param>
    public static IReadOnlyList<string> Reasons(string? file, CompressionPlan before, CompressionPlan after)
    {
        for (var folder = file is null ? null : Path.GetDirectoryName(Path.GetFullPath(file)); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.EnumerateFiles(folder, "*.*proj").Any())
            {
                return Of(folder).Select(report => report.ReasonsFor(before, after)).FirstOrDefault(reasons => reasons.Count > 0) ?? [];
            }
        }

        return [];
    }

    /// <summary>The reports in a project's folder, the newest first; what cannot be read is left out.</summary>
    public static IReadOnlyList<FingerprintReport> Of(string projectFolder)
    {
        var obj = Path.Combine(projectFolder, "obj");
        return !Directory.Exists(obj)
            ? []
            : [.. OwnFolder.FoldersIn(obj)
                .Where(folder => Path.GetFileName(folder) == "fingerprints" && Path.GetFileName(Path.GetDirectoryName(folder)) == "abs")
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.json"))
                .OrderByDescending(File.GetLastWriteTimeUtc)
                .Select(FingerprintReport.TryRead)
                .OfType<FingerprintReport>()];
    }
}
