using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Diffs;

/// <summary>Writes what changed between plans for programs. Its schema is docs/diff.schema.json.</summary>
internal static class PlanDiffJson
{
    private const int CurrentVersion = 1;

    /// <summary>Writes a diff as ASCII, indented by 2 spaces, with LF between lines and none at the end.</summary>
    public static string Write(PlanSetDiff diff)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 };
        json.WriteStartObject();
        Write(json, "schemaVersion", CurrentVersion);
        Write(json, "base", diff.Base);
        Write(json, "isChanged", !diff.IsEmpty);
        WriteList(json, "models", diff.Models, Write);
        WriteList(json, "unaccepted", diff.Unaccepted, Write);
        json.WriteEndObject();
        return ShownJson.Of(text.ToString());
    }

    private static void Write(JsonTextWriter json, ModelDiff model)
    {
        Write(json, "model", model.Model);
        Write(json, "status", Word(model.Status));
        WritePlan(json, "before", model.Before);
        WritePlan(json, "after", model.After);
        WriteList(json, "changes", model.Changes?.Changes ?? [], Write);
        WriteList(json, "layers", model.Changes is { } changes ? LayerDiff.NotableFirst(changes.Layers) : [], Write);
        Write(json, "unchangedLayers", model.Changes?.UnchangedLayers ?? 0);
        WriteTexts(json, "reasons", model.Reasons);
        WriteVerdict(json, model);
    }

    private static void WriteVerdict(JsonTextWriter json, ModelDiff model)
    {
        json.WritePropertyName("verdict");
        if (model.Verdict is not { } verdict)
        {
            json.WriteNull();
            return;
        }

        json.WriteStartObject();
        Write(json, "kind", verdict.Kind switch
        {
            VerdictKind.Accepted => "accepted",
            VerdictKind.Allowed => "allowed",
            VerdictKind.New => "new",
            VerdictKind.Refused => "refused",
            _ => "unchanged",
        });
        Write(json, "accepted", model.AcceptedBecause);
        Write(json, "commit", verdict.Commit);
        Write(json, "configuration", verdict.Configuration);
        WriteList(json, "policies", verdict.Rules, Write);
        json.WriteEndObject();
    }

    private static void Write(JsonTextWriter json, VerdictRule rule)
    {
        Write(json, "reference", rule.Reference);
        Write(json, "policy", rule.Policy);
        Write(json, "limits", rule.Limits);
        WriteTexts(json, "beyond", rule.Beyond);
    }

    private static void WritePlan(JsonTextWriter json, string name, CompressionPlan? plan)
    {
        json.WritePropertyName(name);
        if (plan is null)
        {
            json.WriteNull();
            return;
        }

        json.WriteStartObject();
        Write(json, "fingerprint", plan.Fingerprint);
        Write(json, "budget", plan.Budget);
        Write(json, "metricName", plan.Metric.Name);
        WriteRaw(json, "metric", plan.Metric.Compressed);
        foreach (var kind in plan.Totals.Kinds)
        {
            Write(json, kind.Property, plan.Totals.Costs[kind]);
        }

        Write(json, "layers", plan.Layers.Count);
        json.WriteEndObject();
    }

    private static void Write(JsonTextWriter json, LayerDiff layer)
    {
        Write(json, "name", layer.Name);
        Write(json, "status", layer.Before is null ? "added" : layer.After is null ? "removed" : "changed");
        Write(json, "isDecision", layer.IsDecision);
        Write(json, "filtersGone", layer.FiltersGone.ToString());
        Write(json, "filtersBack", layer.FiltersBack.ToString());
        WriteList(json, "changes", layer.Changes, Write);
    }

    private static void Write(JsonTextWriter json, PropertyChange change)
    {
        Write(json, "property", change.Property);
        WriteSide(json, "before", change, change.Before);
        WriteSide(json, "after", change, change.After);
        Write(json, "effect", change.Effect switch
        {
            ChangeEffect.Better => "better",
            ChangeEffect.Worse => "worse",
            _ => "neutral",
        });
        WriteRaw(json, "difference", change.Difference);
        WriteRaw(json, "percent", change.Percent);
        if (change.Noise is { } noise)
        {
            WriteRaw(json, "noise", noise);
        }
    }

    // Numbers as numbers; filters are ranges, whose difference is their count's.
    private static void WriteSide(JsonTextWriter json, string name, PropertyChange change, string value)
    {
        if (change.Difference is null || change.Property == "keptFilters")
        {
            Write(json, name, value);
        }
        else
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value);
        }
    }

    private static string Word(ModelStatus status) => status switch
    {
        ModelStatus.Added => "added",
        ModelStatus.Removed => "removed",
        ModelStatus.Changed => "changed",
        _ => "unchanged",
    };

    private static void WriteTexts(JsonTextWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WritePropertyName(name);
        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteList<T>(JsonTextWriter json, string name, IReadOnlyList<T> items, Action<JsonTextWriter, T> write)
    {
        json.WritePropertyName(name);
        json.WriteStartArray();
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(JsonTextWriter json, string name, object? value)
    {
        json.WritePropertyName(name);
        json.WriteValue(value);
    }

    private static void WriteRaw(JsonTextWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value is { } number ? PlanNumber.Plain(number) : "null");
    }
}
