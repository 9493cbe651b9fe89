using System.Text;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using Newtonsoft.Json;

namespace AbsBuildTasks.State;

/// <summary>What a model's fingerprint covers and what changed in it, for people and for the command line.</summary>
internal static class FingerprintReportFile
{
    /// <summary>The report's path, whether it exists or not.</summary>
    public static string PathOf(string stateDirectory, string model) => Path.Combine(stateDirectory, "fingerprints", model + ".json");

    /// <summary>Writes <c>{"model", "fingerprint", "hasPlan", "entries": [{"name", "hash"}], "changes": [text]}</c>.</summary>
    /// <remarks>Where the last plan is of this fingerprint already, what led to it stays written down.</remarks>
    /// <param name="stateDirectory">The folder in <c>obj</c> that holds the project's plans.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="fingerprint">Its fingerprint.</param>
    /// <param name="hasPlan">Whether the last plan is of this fingerprint.</param>
    /// <param name="changes">What changed since the last plan, a line each.</param>
    public static void Write(string stateDirectory, string model, Fingerprint fingerprint, bool hasPlan, IReadOnlyList<string> changes)
    {
        var path = PathOf(stateDirectory, model);
        var report = new
        {
            model,
            fingerprint = fingerprint.Hash,
            hasPlan,
            entries = fingerprint.Entries.Select(entry => new { name = entry.Key, hash = entry.Value }),
            changes = hasPlan && FingerprintReport.TryRead(path) is { } last && last.Fingerprint == fingerprint.Hash ? last.Changes : changes,
        };
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(JsonConvert.SerializeObject(report, Formatting.Indented).Replace("\r\n", "\n")));
    }
}
