using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.State;

/// <summary>What a model's fingerprint covers and what changed in it, for people and for the command line.</summary>
internal static class FingerprintReportFile
{
    /// <summary>Writes the report of a fingerprint.</summary>
    /// <remarks>Where the last plan is of this fingerprint already, what led to it stays written down.</remarks>
    /// <param name="stateDirectory">The folder in <c>obj</c> that holds the project's plans.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="fingerprint">Its fingerprint.</param>
    /// <param name="last">The fingerprint of the last plan; null where there is none.</param>
    /// <param name="changes">What changed since the last plan, a line each.</param>
    public static void Write(string stateDirectory, string model, Fingerprint fingerprint, string? last, IReadOnlyList<string> changes)
    {
        var path = FingerprintReport.PathOf(stateDirectory, model);
        var hasPlan = last == fingerprint.Hash;
        var (before, led) = hasPlan ? LedTo(fingerprint, path) : (last, changes);
        var report = new FingerprintReport(model, fingerprint.Hash, before, fingerprint.Entries, led) { HasPlan = hasPlan };
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(report.ToJson()));
    }

    private static (string? Before, IReadOnlyList<string> Changes) LedTo(Fingerprint fingerprint, string path) =>
        FingerprintReport.TryRead(path) is { } report && report.Fingerprint == fingerprint.Hash ? (report.Before, report.Changes) : (null, []);
}
