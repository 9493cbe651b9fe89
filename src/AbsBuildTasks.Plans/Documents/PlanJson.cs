using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>
/// The text of a plan: JSON with one value per line in a fixed order, so that equal plans are equal bytes and a diff
/// shows just the decisions that changed. Its schema is docs/plan.schema.json.
/// </summary>
public static class PlanJson
{
    /// <summary>The longest text that is read, in characters.</summary>
    public const int MaxLength = 64 * 1024 * 1024;

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
        Write(json, "schemaVersion", plan.SchemaVersion);
        Write(json, "model", plan.Model);
        Write(json, "fingerprint", plan.Fingerprint);
        Write(json, "budget", plan.Budget);

        json.WritePropertyName("totals");
        json.WriteStartObject();
        Write(json, "macs", plan.Totals.Macs);
        Write(json, "bops", plan.Totals.Bops);
        Write(json, "fullPrecisionBops", plan.Totals.FullPrecisionBops);
        WriteNumber(json, "relativeBops", PlanNumber.Share(plan.Totals.RelativeBops));
        Write(json, "sizeBytes", plan.Totals.SizeBytes);
        Write(json, "fullPrecisionSizeBytes", plan.Totals.FullPrecisionSizeBytes);
        json.WriteEndObject();

        json.WritePropertyName("metric");
        json.WriteStartObject();
        Write(json, "name", plan.Metric.Name);
        WriteNumber(json, "fullPrecision", PlanNumber.Metric(plan.Metric.FullPrecision));
        WriteNumber(json, "compressed", PlanNumber.Metric(plan.Metric.Compressed));
        json.WriteEndObject();

        json.WritePropertyName("layers");
        json.WriteStartArray();
        foreach (var layer in plan.Layers)
        {
            WriteLayer(json, layer);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLayer(JsonTextWriter json, LayerPlan layer)
    {
        json.WriteStartObject();
        Write(json, "name", layer.Name);
        Write(json, "kind", layer.Kind);
        Write(json, "weightGrid", layer.WeightGrid);
        Write(json, "weightBits", layer.WeightBits);
        Write(json, "activationGrid", layer.ActivationGrid);
        Write(json, "activationBits", layer.ActivationBits);
        Write(json, "filters", layer.Filters);
        Write(json, "keptFilters", layer.KeptFilters.ToString());
        Write(json, "macs", layer.Macs);
        Write(json, "bops", layer.Bops);
        Write(json, "sizeBytes", layer.SizeBytes);
        json.WriteEndObject();
    }

    private static void Write(JsonTextWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        json.WriteValue(value);
    }

    private static void Write(JsonTextWriter json, string name, long value)
    {
        json.WritePropertyName(name);
        json.WriteValue(value);
    }

    private static void WriteNumber(JsonTextWriter json, string name, string spelling)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(spelling);
    }
}
