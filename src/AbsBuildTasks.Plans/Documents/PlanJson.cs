using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>
/// The text of a plan: JSON with one value per line in a fixed order, so that equal plans are equal bytes and a diff
/// shows just the decisions that changed. Its schema is docs/plan.schema.json.
/// </summary>
public static class PlanJson
{
    /// <summary>
    /// The longest text that is read, in characters, and the largest file, in bytes. 300 layers take well below 1 MiB;
    /// reading hostile JSON takes many times its length in memory, and plans come from servers and pull requests, too.
    /// </summary>
    internal const int MaxLength = 16 * 1024 * 1024;

    /// <summary>Writes a plan, indented by 2 spaces, with LF between lines and none at the end.</summary>
    /// <exception cref="AbsException">ABS9001: the plan contradicts itself, for example in its sums.</exception>
    public static string Write(CompressionPlan plan)
    {
        if (PlanRules.FirstProblem(plan) is { } problem)
        {
            throw new AbsException(AbsCodes.Defect, $"A plan with an error was about to be written: {problem.Path} {problem.Message}. Please report this.");
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 };
        WritePlan(json, plan);
        return text.ToString();
    }

    /// <summary>Reads a plan and checks that it is whole and consistent.</summary>
    /// <param name="text">The text; lines may end in LF or CRLF, and white space between values is free.</param>
    /// <param name="sourceName">What the text is called in messages: a path relative to the project.</param>
    /// <exception cref="AbsException">ABS4003: not JSON, or not a plan; the message names the line.</exception>
    public static CompressionPlan Read(string text, string sourceName) => PlanSource.Read(text, sourceName).Plan;

    private static void WritePlan(JsonTextWriter json, CompressionPlan plan)
    {
        json.WriteStartObject();
        json.Property("schemaVersion", plan.SchemaVersion);
        json.Property("model", plan.Model);
        json.Property("fingerprint", plan.Fingerprint);
        json.Property("budget", plan.Budget);
        if (plan.Target is { } target)
        {
            json.Property("target", target);
        }

        if (plan.WarmStart is { } start)
        {
            json.Property("warmStart", start);
        }

        if (plan.RoundedValues > 0)
        {
            json.Property("roundedValues", plan.RoundedValues);
        }

        EndedPhase.Write(json, plan.EndedEarly);
        json.WritePropertyName("totals");
        json.WriteStartObject();
        json.Property("macs", plan.Totals.Macs);
        foreach (var kind in plan.Totals.Kinds)
        {
            json.Property(kind.Property, plan.Totals.Costs[kind]);
            json.Property(kind.FullPrecisionProperty, plan.Totals.FullPrecision[kind]);
            if (kind.RelativeProperty is { } relative)
            {
                json.Number(relative, PlanNumber.Share(plan.Totals.Relative(kind)));
            }
        }

        json.WriteEndObject();

        json.WritePropertyName("metric");
        WriteMetric(json, plan.Metric);
        if (plan.FurtherMetrics.Count > 0)
        {
            WriteFurtherMetrics(json, plan.FurtherMetrics);
        }

        json.WritePropertyName("layers");
        json.WriteStartArray();
        foreach (var layer in plan.Layers)
        {
            WriteLayer(json, layer, plan.Totals.Kinds);
        }

        json.WriteEndArray();
        if (plan.Rest.Count > 0)
        {
            WriteRest(json, plan.Rest);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes further metrics as a property, with all that is known of each.</summary>
    internal static void WriteFurtherMetrics(JsonTextWriter json, IReadOnlyList<PlanMetric> metrics)
    {
        json.WritePropertyName("furtherMetrics");
        json.WriteStartArray();
        foreach (var metric in metrics)
        {
            WriteMetric(json, metric);
        }

        json.WriteEndArray();
    }

    private static void WriteMetric(JsonTextWriter json, PlanMetric metric)
    {
        json.WriteStartObject();
        json.Property("name", metric.Name);
        json.Number("fullPrecision", PlanNumber.Metric(metric.FullPrecision));
        json.Number("compressed", PlanNumber.Metric(metric.Compressed));
        MetricTrust.Write(json, metric.LowerIsBetter, metric.Baseline, metric.Examples, metric.Noise);
        json.WriteEndObject();
    }

    private static void WriteRest(JsonTextWriter json, IReadOnlyList<RestPlan> rest)
    {
        json.WritePropertyName("rest");
        json.WriteStartArray();
        foreach (var part in rest)
        {
            json.WriteStartObject();
            json.Property("name", part.Name);
            json.Property("kind", part.Kind);
            json.Property("parameters", part.Parameters);
            json.Property("macs", part.Macs);
            if (part.HasFewerBits)
            {
                json.Property("bits", part.Bits);
            }

            foreach (var kind in CostKind.Counted)
            {
                json.Property(kind.Property, part.Costs[kind]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLayer(JsonTextWriter json, LayerPlan layer, IReadOnlyList<CostKind> kinds)
    {
        json.WriteStartObject();
        json.Property("name", layer.Name);
        json.Property("kind", layer.Kind);
        json.Property("weightGrid", layer.WeightGrid);
        if (layer.WeightScales != PlanScales.Layer)
        {
            json.Property("weightScales", layer.WeightScales);
        }

        json.Property("weightBits", layer.WeightBits);
        json.Property("activationGrid", layer.ActivationGrid);
        json.Property("activationBits", layer.ActivationBits);
        json.Property("filters", layer.Filters);
        json.Property("keptFilters", layer.KeptFilters.ToString());
        json.Property("macs", layer.Macs);
        foreach (var kind in kinds)
        {
            json.Property(kind.Property, layer.Costs[kind]);
        }

        json.WriteEndObject();
    }
}
