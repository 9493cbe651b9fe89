using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Sweeps;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Reports.Tables;

/// <summary>The text of histories, for programs. Its schema is docs/log.schema.json.</summary>
internal static class PlanLogJson
{
    /// <summary>Writes histories, indented by 2 spaces, with LF between lines and none at the end.</summary>
    public static string Write(IReadOnlyList<PlanLog> logs)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 };
        json.WriteStartObject();
        json.Property("schemaVersion", 1);
        json.WritePropertyName("models");
        json.WriteStartArray();
        foreach (var log in logs)
        {
            json.WriteStartObject();
            json.Property("model", log.Model);
            json.WritePropertyName("isCut");
            json.WriteValue(log.IsCut);
            json.WritePropertyName("versions");
            json.WriteStartArray();
            foreach (var version in log.Versions)
            {
                Write(json, version);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return text.ToString();
    }

    private static void Write(JsonTextWriter json, PlanVersion version)
    {
        json.WriteStartObject();
        json.WritePropertyName("commit");
        json.WriteValue(version.Commit);
        json.Property("date", version.Date);
        json.Property("subject", version.Subject);
        if (version.Problem is { } problem)
        {
            json.Property("problem", problem);
        }

        if (version.Plan is { } plan)
        {
            var point = SweepPoint.Of(plan);
            json.Property("fingerprint", plan.Fingerprint);
            json.Property("budget", plan.Budget);
            json.Property("metricName", plan.Metric.Name);
            json.Number("fullPrecision", PlanNumber.Metric(plan.Metric.FullPrecision));
            json.Number("metric", PlanNumber.Metric(plan.Metric.Compressed));
            if (plan.Metric.LowerIsBetter)
            {
                json.WritePropertyName("lowerIsBetter");
                json.WriteValue(true);
            }

            if (plan.FurtherMetrics.Count > 0)
            {
                PlanJson.WriteFurtherMetrics(json, plan.FurtherMetrics);
            }

            json.Property("macs", plan.Totals.Macs);
            foreach (var kind in plan.Totals.Kinds)
            {
                json.Property(kind.Property, plan.Totals.Costs[kind]);
                json.Property(kind.FullPrecisionProperty, plan.Totals.FullPrecision[kind]);
            }

            json.Number("weightBits", PlanNumber.Metric(point.WeightBits));
            json.Number("activationBits", PlanNumber.Metric(point.ActivationBits));
            json.Number("keptFilters", PlanNumber.Share(point.KeptFilters));
        }

        json.WriteEndObject();
    }
}
