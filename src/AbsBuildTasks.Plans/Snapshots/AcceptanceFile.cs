using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>
/// The reasons for which a model's plans were accepted, beside its snapshot, the latest first. New snapshots leave them as they are.
/// Its schema is docs/accepted.schema.json.
/// </summary>
internal static class AcceptanceFile
{
    private const int SchemaVersion = 1;
    private const int MaxLength = 1 << 20;

    /// <summary>The file of a snapshot.</summary>
    /// <param name="snapshot">Path of <c>&lt;model&gt;.plan.verified.json</c>.</param>
    public static string PathOf(string snapshot) => snapshot.EndsWith(SnapshotPaths.VerifiedEnding, StringComparison.Ordinal)
        ? snapshot.Substring(0, snapshot.Length - SnapshotPaths.VerifiedEnding.Length) + ".accepted.json"
        : snapshot + ".accepted.json";

    /// <summary>The latest reason for a plan's decisions; null where none is written down.</summary>
    /// <param name="path">The file; need not exist.</param>
    /// <param name="plan">The plan.</param>
    /// <exception cref="AbsException">ABS4015: it is another file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Acceptance? For(string path, CompressionPlan plan) => File.Exists(path) ? For(OrdinaryFile.ReadAtMost(path, MaxLength), path, plan) : null;

    /// <summary>The same, of a file's content.</summary>
    /// <inheritdoc cref="For(string, CompressionPlan)"/>
    /// <param name="content">The content; null for too much.</param>
    /// <param name="sourceName">What it is called in messages.</param>
    /// <param name="plan">The plan.</param>
    public static Acceptance? For(byte[]? content, string sourceName, CompressionPlan plan)
    {
        var id = Acceptance.IdOf(plan);
        return Read(content, sourceName).FirstOrDefault(acceptance => acceptance.Decisions == id);
    }

    /// <summary>Writes a reason before the others, of which the oldest go where the file would be larger than is read.</summary>
    /// <param name="path">The file; its folder is created where missing.</param>
    /// <param name="model">The model.</param>
    /// <param name="acceptance">The reason.</param>
    /// <exception cref="AbsException">ABS4015: what is there is another file.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static void Add(string path, string model, Acceptance acceptance)
    {
        Acceptance[] others = File.Exists(path) ? Read(OrdinaryFile.ReadAtMost(path, MaxLength), path) : [];
        List<Acceptance> kept = [acceptance, .. others];
        byte[] content;
        while ((content = Encoding.UTF8.GetBytes(Write(model, kept))).Length > MaxLength)
        {
            kept.RemoveAt(kept.Count - 1);
        }

        AtomicFile.Write(path, content);
    }

    private static string Write(string model, IReadOnlyList<Acceptance> acceptances)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 };
        json.WriteStartObject();
        json.Property("schemaVersion", SchemaVersion);
        json.Property("model", model);
        json.WritePropertyName("acceptances");
        json.WriteStartArray();
        foreach (var acceptance in acceptances)
        {
            json.WriteStartObject();
            json.Property("decisions", acceptance.Decisions);
            json.Property("on", acceptance.On);
            json.Property("by", acceptance.By);
            json.Property("reason", acceptance.Reason);
            if (acceptance.Until is { } until)
            {
                json.Property("until", until);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return text + "\n";
    }

    private static Acceptance[] Read(byte[]? content, string sourceName) =>
        new CommittedJson(sourceName, AbsCodes.InvalidAcceptances, "Restore the file of reasons from version control, or delete it.").Read(content, SchemaVersion, json =>
        {
            json.String("model");
            return json.Objects("acceptances").Select(ReadOne).ToArray();
        });

    private static Acceptance ReadOne(StrictObject json)
    {
        var acceptance = new Acceptance(
            json.String("decisions"),
            Day(json, "on"),
            Short(json, "by", Acceptance.MaxBy),
            Short(json, "reason", Acceptance.MaxReason),
            json.Names.Contains("until") ? Day(json, "until") : null);
        json.End();
        return acceptance;
    }

    private static string Day(StrictObject json, string name) => Acceptance.IsDay(json.String(name)) ? json.String(name) : throw json.Wrong(name, "is no day such as 2026-01-31");

    private static string Short(StrictObject json, string name, int most) =>
        json.String(name).Length <= most ? json.String(name) : throw json.Wrong(name, FormattableString.Invariant($"has more than {most} characters"));
}
