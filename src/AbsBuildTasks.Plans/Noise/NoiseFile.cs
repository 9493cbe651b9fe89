using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Noise;

/// <summary>Bands on disk, beside plans and beside snapshots: UTF-8 with LF between lines and at the end. Their schema is docs/noise.schema.json.</summary>
internal static class NoiseFile
{
    /// <summary>The ending of their names.</summary>
    public const string Ending = ".noise.json";

    private const int SchemaVersion = 1;
    private const int MaxLength = 1 << 20;
    private const string Seed = "seed";

    /// <summary>Where the band of a model lies in a folder.</summary>
    /// <param name="folder">The folder: of the plan, or of the snapshot.</param>
    /// <param name="model">The model's name.</param>
    public static string PathIn(string folder, string model) => Path.Combine(folder, model + Ending);

    /// <summary>Where the band of a plan lies: beside it.</summary>
    /// <param name="planFile">The plan's file.</param>
    /// <param name="model">The model's name.</param>
    public static string PathBeside(string planFile, string model) => PathIn(Path.GetDirectoryName(Path.GetFullPath(planFile))!, model);

    /// <summary>Reads the band of a model; null where there is none.</summary>
    /// <param name="path">The file; need not exist.</param>
    /// <param name="model">The model's name.</param>
    /// <exception cref="AbsException">ABS4018: it is no band of that model.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static NoiseBand? Find(string path, string model) => File.Exists(path) ? Read(OrdinaryFile.ReadAtMost(path, MaxLength), path, model) : null;

    /// <summary>The same where a band that cannot be read is none.</summary>
    /// <inheritdoc cref="Find"/>
    public static NoiseBand? TryFind(string path, string model)
    {
        try
        {
            return Find(path, model);
        }
        catch (Exception exception) when (exception is AbsException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes a band.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, NoiseBand band) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(ToJson(band)));

    /// <summary>Keeps the band of an accepted plan beside its snapshot. Where the plan has none, an earlier one stays.</summary>
    /// <param name="planFile">The accepted plan's file, beside which its band may lie.</param>
    /// <param name="plan">The accepted plan.</param>
    /// <param name="folder">The snapshot's folder.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Keep(string planFile, CompressionPlan plan, string folder)
    {
        if (TryFind(PathBeside(planFile, plan.Model), plan.Model) is { } band && band.IsOf(plan))
        {
            Write(PathIn(folder, plan.Model), band);
        }
    }

    private static string ToJson(NoiseBand band)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 };
        json.WriteStartObject();
        json.Property("schemaVersion", SchemaVersion);
        json.Property("model", band.Model);
        json.Property("fingerprint", band.Fingerprint);
        json.WritePropertyName("runs");
        json.WriteStartArray();
        foreach (var run in band.Runs)
        {
            json.WriteStartObject();
            json.Property(Seed, run.Seed);
            foreach (var value in run.Values)
            {
                json.Number(value.Key, NoiseRun.IsMetric(value.Key) ? PlanNumber.Metric(value.Value) : value.Value.ToString("0", CultureInfo.InvariantCulture));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return text + "\n";
    }

    private static NoiseBand Read(byte[]? content, string path, string model) =>
        new CommittedJson(path, AbsCodes.InvalidNoise, "Restore the file from version control, or measure anew with \"dotnet build -t:AbsCalibrate\".").Read(content, SchemaVersion, json =>
        {
            var band = new NoiseBand
            {
                Model = json.String("model") == model ? model : throw json.Wrong("model", $"is not {Printable.Escape(model)}"),
                Fingerprint = Fingerprint.IsHash(json.String("fingerprint")) ? json.String("fingerprint") : throw json.Wrong("fingerprint", "is not a fingerprint"),
                Runs = [.. json.Objects("runs").Select(ReadRun)],
            };
            return band.Runs.Count is < NoiseBand.LeastRuns or > NoiseBand.MostRuns ? throw json.Wrong("runs", FormattableString.Invariant($"are {band.Runs.Count}, out of range {NoiseBand.LeastRuns} to {NoiseBand.MostRuns}"))
                : band.Runs.Select(run => run.Seed).Distinct().Count() < band.Runs.Count ? throw json.Wrong("runs", "have a seed twice")
                : band.Runs.Any(run => !run.Values.Select(value => value.Key).SequenceEqual(band.Runs[0].Values.Select(value => value.Key))) ? throw json.Wrong("runs", "do not all have the same values")
                : band.Runs[0].Values.All(value => value.Key != NoiseRun.Metric) ? throw json.Wrong("runs", "have no metric")
                : band;
        });

    private static NoiseRun ReadRun(StrictObject json)
    {
        var run = new NoiseRun(json.Int(Seed, int.MinValue, int.MaxValue), [.. json.Names.Where(name => name != Seed).Select(name => new KeyValuePair<string, double>(name, Value(json, name)))]);
        json.End();
        return run;
    }

    private static double Value(StrictObject json, string name)
    {
        if (!NoiseRun.IsKnown(name))
        {
            throw json.Wrong(name, "is neither a metric nor a cost");
        }

        return NoiseRun.IsMetric(name)
            ? Math.Abs(json.Double(name)) <= PlanNumber.LargestMetric ? json.Double(name) : throw json.Wrong(name, "is too large")
            : json.Long(name) is >= 0 and var cost ? cost : throw json.Wrong(name, "is negative");
    }
}
