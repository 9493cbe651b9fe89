using System.Globalization;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Sweeps;

/// <summary>The text of a sweep: JSON in a fixed order, equal sweeps being equal bytes. Its schema is docs/sweep.schema.json.</summary>
internal static class SweepJson
{
    /// <summary>Writes a sweep, indented by 2 spaces, with LF between lines and none at the end.</summary>
    public static string Write(SweepResult sweep)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 };
        json.WriteStartObject();
        json.Property("schemaVersion", SweepResult.CurrentSchemaVersion);
        json.Property("model", sweep.Model);
        json.Property("fingerprint", sweep.Fingerprint);
        json.Property("metricName", sweep.MetricName);
        json.Number("fullPrecision", PlanNumber.Metric(sweep.FullPrecision));
        MetricTrust.Write(json, sweep.LowerIsBetter, sweep.Baseline, sweep.Examples, sweep.Noise);
        json.WritePropertyName("points");
        json.WriteStartArray();
        foreach (var point in sweep.Points)
        {
            json.WriteStartObject();
            json.Property("budget", point.Budget);
            if (point.IsEndedEarly)
            {
                json.WritePropertyName(EndedPhase.Property);
                json.WriteValue(true);
            }

            foreach (var kind in point.Kinds)
            {
                if (kind.RelativeProperty is { } relative)
                {
                    json.Number(relative, PlanNumber.Share(point.Costs[kind]));
                }
                else
                {
                    json.Property(kind.Property, (long)point.Costs[kind]);
                }
            }

            json.Number("metric", PlanNumber.Metric(point.Metric));
            json.Number("weightBits", PlanNumber.Metric(point.WeightBits));
            json.Number("activationBits", PlanNumber.Metric(point.ActivationBits));
            json.Number("keptFilters", PlanNumber.Share(point.KeptFilters));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("missed");
        json.WriteStartArray();
        foreach (var miss in sweep.Missed)
        {
            json.WriteStartObject();
            json.Property("budget", miss.Budget);
            json.Property("code", miss.Code);
            json.Property("reason", miss.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return text.ToString();
    }

    /// <summary>Reads a sweep and checks its ranges.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sourceName">What the text is called in messages.</param>
    /// <exception cref="AbsException">ABS4003: not a sweep.</exception>
    public static SweepResult Read(string text, string sourceName)
    {
        try
        {
            var json = StrictJson.ReadObject(text);
            json.Int("schemaVersion", SweepResult.CurrentSchemaVersion, SweepResult.CurrentSchemaVersion);
            var sweep = new SweepResult
            {
                Model = json.String("model"),
                Fingerprint = Fingerprint.IsHash(json.String("fingerprint")) ? json.String("fingerprint") : throw json.Wrong("fingerprint", "is not a fingerprint"),
                MetricName = json.String("metricName"),
                FullPrecision = Number(json, "fullPrecision", -PlanNumber.LargestMetric, PlanNumber.LargestMetric),
                LowerIsBetter = MetricTrust.LowerIsBetter(json),
                Baseline = MetricTrust.Baseline(json),
                Examples = MetricTrust.Examples(json),
                Noise = json.Names.Contains("noise") ? Number(json, "noise", 0, PlanNumber.LargestMetric) : null,
                Points = [.. json.Objects("points").Select(ReadPoint)],
                Missed = [.. json.Objects("missed").Select(ReadMiss)],
            };
            json.End();
            return sweep.Points.Count + sweep.Missed.Count > 0 ? sweep : throw json.Wrong("points", "is empty; a sweep has the model's own budget at least");
        }
        catch (JsonShapeException error)
        {
            throw new AbsException(
                AbsCodes.InvalidPlan,
                FormattableString.Invariant($"{Printable.Escape(sourceName)}({error.Position.Line},{error.Position.Column}): {error.Message}. Delete the file and build again."),
                error);
        }
    }

    private static SweepPoint ReadPoint(StrictObject json)
    {
        var point = new SweepPoint
        {
            Budget = ReadBudget(json),
            IsEndedEarly = json.Names.Contains(EndedPhase.Property) && json.Boolean(EndedPhase.Property),
            Costs = PerCost<double>.Of(kind => kind.RelativeProperty is { } relative ? Number(json, relative, 0, 1)
                : kind.IsMeasured && !json.Names.Contains(kind.Property) ? 0
                : Amount(json, kind.Property)),
            Metric = Number(json, "metric", -PlanNumber.LargestMetric, PlanNumber.LargestMetric),
            WeightBits = Number(json, "weightBits", 1, 32),
            ActivationBits = Number(json, "activationBits", 1, 32),
            KeptFilters = Number(json, "keptFilters", 0, 1),
        };
        json.End();
        return point;
    }

    private static SweepMiss ReadMiss(StrictObject json)
    {
        var miss = new SweepMiss(ReadBudget(json), json.String("code"), json.String("reason"));
        json.End();
        return miss.Code is AbsCodes.ImpossibleBudget or AbsCodes.BudgetMissed ? miss : throw json.Wrong("code", "is not that of a budget which cannot be met");
    }

    private static string ReadBudget(StrictObject json)
    {
        var text = json.String("budget");
        try
        {
            return Budget.Parse(text).ToString();
        }
        catch (AbsException error)
        {
            throw json.Wrong("budget", "cannot be read: " + error.Message.TrimEnd('.'));
        }
    }

    private static long Amount(StrictObject json, string name) => json.Long(name) is >= 0 and var amount ? amount : throw json.Wrong(name, "is negative");

    private static double Number(StrictObject json, string name, double least, double most)
    {
        var value = json.Double(name);
        return value >= least && value <= most ? value : throw json.Wrong(name, FormattableString.Invariant($"is {value}, out of range {least} to {most}"));
    }
}
