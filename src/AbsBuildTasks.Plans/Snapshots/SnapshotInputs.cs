using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Noise;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>
/// What a plan beside which it lies was made from, and by which policy it was judged: kept with the snapshot, so that every
/// checkout can say why a model was searched again. Its schema is docs/inputs.schema.json.
/// </summary>
internal sealed record SnapshotInputs
{
    private const int SchemaVersion = 1;
    private const string Beginning = ".inputs";
    private const string PlanBeginning = ".plan";

    /// <summary>The most that is read of a file, in bytes.</summary>
    public const int MaxLength = 1 << 22;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: true);

    /// <summary>The plan's model.</summary>
    public required string Model { get; init; }

    /// <summary>The plan's fingerprint.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The configuration that was built; empty where that is not known.</summary>
    public required string Configuration { get; init; }

    /// <summary>The policy that was in force.</summary>
    public required SnapshotRule Rule { get; init; }

    /// <summary>What the fingerprint covers, the many files of a data set as one.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Entries { get; init; }

    /// <summary>Where they lie: <c>digits.inputs.verified.json</c> beside <c>digits.plan.verified.json</c>, and likewise of a received plan.</summary>
    /// <returns>Null where a plan is neither.</returns>
    public static string? PathOf(string planFile) => new[] { SnapshotPaths.VerifiedEnding, SnapshotPaths.ReceivedEnding }
        .Where(ending => planFile.EndsWith(ending, StringComparison.Ordinal))
        .Select(ending => planFile.Substring(0, planFile.Length - ending.Length) + Beginning + ending.Substring(PlanBeginning.Length))
        .FirstOrDefault();

    /// <summary>Gathers those of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="entries">What its fingerprint covers; null where that is not known.</param>
    /// <param name="configuration">The configuration that was built.</param>
    /// <param name="rule">The policy in force.</param>
    /// <returns>Null where its entries are not known.</returns>
    public static SnapshotInputs? Of(CompressionPlan plan, IReadOnlyList<KeyValuePair<string, string>>? entries, string configuration, SnapshotRule rule) => entries is null ? null : new()
    {
        Model = plan.Model,
        Fingerprint = plan.Fingerprint,
        Configuration = configuration,
        Rule = rule,
        Entries = InputEntries.Short(entries),
    };

    /// <summary>What a plan was made from, as it is kept beside it; null where that is not known.</summary>
    /// <param name="planFile">The plan's file: a snapshot, a received plan, or what a build has made.</param>
    /// <param name="plan">The plan.</param>
    public static IReadOnlyList<KeyValuePair<string, string>>? EntriesOf(string planFile, CompressionPlan plan) =>
        For(planFile, plan)?.Entries ?? RecordedInputs.Read(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(planFile))!, RecordedInputs.NameOf(plan.Model)));

    /// <summary>Reads those of a plan.</summary>
    /// <param name="planFile">The plan's file; theirs need not exist.</param>
    /// <param name="plan">The plan.</param>
    /// <returns>Null where there are none that can be read, or they are another plan's.</returns>
    public static SnapshotInputs? For(string planFile, CompressionPlan plan)
    {
        try
        {
            return PathOf(planFile) is { } path && File.Exists(path) && For(OrdinaryFile.ReadAtMost(path, MaxLength), plan) is { } read
                ? read with { Rule = read.Rule.WithNoise(() => NoiseFile.TryFind(NoiseFile.PathBeside(planFile, plan.Model), plan.Model)) }
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a file's content.</summary>
    /// <param name="content">The content; null for too much.</param>
    /// <param name="plan">The plan that it is to be of.</param>
    /// <returns>Null where it cannot be read, or is another plan's.</returns>
    public static SnapshotInputs? For(byte[]? content, CompressionPlan plan)
    {
        try
        {
            return content is null ? null : Read(Encoding.UTF8.GetString(content).TrimStart('\uFEFF')) is var read && read.Fingerprint == plan.Fingerprint && read.Model == plan.Model ? read : null;
        }
        catch (Exception exception) when (exception is JsonShapeException or AbsException)
        {
            // A merge's marks, or a later version's: the plan is what counts.
            return null;
        }
    }

    /// <summary>Writes them beside a plan, as snapshots are written.</summary>
    /// <param name="planFile">A verified or received plan.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string planFile) => AtomicFile.Write(PathOf(planFile)!, [.. Utf8.GetPreamble(), .. Utf8.GetBytes(ToJson())]);

    private string ToJson()
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 };
        json.WriteStartObject();
        json.Property("schemaVersion", SchemaVersion);
        json.Property("model", Model);
        json.Property("fingerprint", Fingerprint);
        json.Property("configuration", Configuration);
        json.Property("policy", Rule.PolicyName);
        json.Property("tolerance", Rule.ToleranceText);
        json.WritePropertyName("inputs");
        json.WriteStartObject();
        foreach (var entry in Entries)
        {
            json.Property(entry.Key, entry.Value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        return text.ToString();
    }

    private static SnapshotInputs Read(string text)
    {
        var json = StrictJson.ReadObject(text);
        json.Int("schemaVersion", SchemaVersion, SchemaVersion);
        var inputs = json.Object("inputs");
        var read = new SnapshotInputs
        {
            Model = json.String("model"),
            Fingerprint = json.String("fingerprint"),
            Configuration = json.String("configuration"),
            Rule = SnapshotRule.Parse(json.String("policy"), json.String("tolerance")),
            Entries = [.. inputs.Names.Select(name => new KeyValuePair<string, string>(name, inputs.String(name)))],
        };
        json.End();
        return read;
    }
}
