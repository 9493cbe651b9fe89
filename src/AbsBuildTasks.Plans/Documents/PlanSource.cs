using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>A plan together with the text it was read from: knows where each decision stands.</summary>
internal sealed class PlanSource
{
    private const string Remedy = "Restore the file from version control, or delete it and accept a new plan.";

    private readonly string[] _lines;
    private readonly StrictObject _root;
    private readonly Dictionary<string, StrictObject> _layers;

    private PlanSource(CompressionPlan plan, string[] lines, StrictObject root, IReadOnlyList<StrictObject> layers, IReadOnlyList<StrictObject> rest)
    {
        Plan = plan;
        _lines = lines;
        _root = root;
        _layers = new(StringComparer.Ordinal);
        for (var i = 0; i < layers.Count; i++)
        {
            _layers.Add(plan.Layers[i].Name, layers[i]);
        }

        for (var i = 0; i < rest.Count; i++)
        {
            _layers.Add(plan.Rest[i].Name, rest[i]);
        }
    }

    /// <summary>The plan.</summary>
    public CompressionPlan Plan { get; }

    /// <summary>Reads a plan and checks that it is whole and consistent.</summary>
    /// <param name="text">The text; lines may end in LF or CRLF, and white space between values is free.</param>
    /// <param name="sourceName">What the text is called in messages: a path relative to the project.</param>
    /// <exception cref="AbsException">ABS4003: not JSON, or not a plan; the message names the line.</exception>
    public static PlanSource Read(string text, string sourceName)
    {
        if (text.Length > PlanJson.MaxLength)
        {
            throw new AbsException(AbsCodes.InvalidPlan, new SourcePlace(sourceName), $"a plan of more than {PlanJson.MaxLength / (1024 * 1024)} MiB is not read. {Remedy}");
        }

        text = text.Replace("\r\n", "\n").Replace('\r', '\n');
        try
        {
            return Parse(text, sourceName);
        }
        catch (JsonShapeException error)
        {
            throw new AbsException(AbsCodes.InvalidPlan, new SourcePlace(sourceName, error.Position.Line, error.Position.Column), $"{error.Message}. {Remedy}", error);
        }
    }

    /// <summary>Where a property stands.</summary>
    /// <param name="layer">The name of a layer or of a part of the rest, or null for the plan's own properties.</param>
    /// <param name="property">A layer's property (<c>weightBits</c>) or one of the plan (<c>budget</c>, <c>totals.bops</c>).</param>
    /// <returns>Its position; that of the layer or plan where there is no such property or layer.</returns>
    public TextPosition Find(string? layer, string property)
    {
        var parts = property.Split('.');
        var owner = layer is null ? _root : _layers.TryGetValue(layer, out var found) ? found : _root;
        if (parts.Length == 2 && owner.Names.Contains(parts[0]))
        {
            owner = owner.Object(parts[0]);
        }

        var end = owner.PropertyPosition(parts[parts.Length - 1]);
        if (end == owner.Position)
        {
            return end;
        }

        // The reader counts to the end of a name; people look for its start.
        var line = _lines[end.Line - 1];
        var start = line.LastIndexOf($"\"{parts[parts.Length - 1]}\"", Math.Min(end.Column, line.Length - 1), StringComparison.Ordinal);
        return new(end.Line, Math.Max(0, start) + 1);
    }

    private static PlanSource Parse(string text, string sourceName)
    {
        var root = StrictJson.ReadObject(text);
        var version = root.Int("schemaVersion", 1, int.MaxValue);
        if (version > CompressionPlan.CurrentSchemaVersion)
        {
            var position = root.PropertyPosition("schemaVersion");
            throw new AbsException(
                AbsCodes.InvalidPlan,
                new SourcePlace(sourceName, position.Line, position.Column),
                FormattableString.Invariant($"schemaVersion is {version}, but this version of AbsBuildTasks knows only 1 and {CompressionPlan.CurrentSchemaVersion}. Update the AbsBuildTasks package to the version that wrote the plan."));
        }

        var layers = root.Objects("layers");
        var rest = root.Names.Contains("rest") ? root.Objects("rest") : [];
        var further = root.Names.Contains("furtherMetrics") ? root.Objects("furtherMetrics") : [];
        var plan = new CompressionPlan
        {
            SchemaVersion = version,
            Model = root.String("model"),
            Fingerprint = root.String("fingerprint"),
            Budget = root.String("budget"),
            Target = root.Names.Contains("target") ? root.String("target") : null,
            WarmStart = root.Names.Contains("warmStart") ? root.String("warmStart") : null,
            RoundedValues = root.Names.Contains("roundedValues") ? root.Int("roundedValues", 1, int.MaxValue) : 0,
            EndedEarly = EndedPhase.Read(root),
            Totals = ReadTotals(root.Object("totals")),
            Metric = ReadMetric(root.Object("metric")),
            FurtherMetrics = [.. further.Select(ReadMetric)],
            Layers = [.. layers.Select(ReadLayer)],
            Rest = [.. rest.Select(ReadRest)],
        };
        root.End();
        if (PlanRules.FirstProblem(plan) is { } problem)
        {
            throw new JsonShapeException(PositionOf(root, layers, problem.Path), $"{problem.Path} {problem.Message}");
        }

        var difference = StrictJson.FirstDifference(text, PlanJson.Write(plan));
        return difference < 0
            ? new(plan, text.Split('\n'), root, layers, rest)
            : throw new JsonShapeException(StrictJson.PositionOf(text, difference), "this is not how a plan is written: properties have a fixed order, each number and text has one spelling, and there are no comments");
    }

    private static PlanTotals ReadTotals(StrictObject json)
    {
        var totals = new PlanTotals
        {
            Macs = json.Long("macs"),
            Costs = ReadCosts(json, kind => kind.Property),
            FullPrecision = ReadCosts(json, kind => kind.FullPrecisionProperty),
        };
        var relative = PerCost<double?>.Of(kind => kind.RelativeProperty is { } property ? json.Double(property) : null);
        json.End();
        var wrong = CostKind.All.FirstOrDefault(kind => relative[kind] is { } share && !share.Equals(totals.Relative(kind)));
        return wrong is null
            ? totals
            : throw json.Wrong(wrong.RelativeProperty!, $"is {PlanNumber.Share(relative[wrong]!.Value)}, but {wrong.Property} / {wrong.FullPrecisionProperty} is {PlanNumber.Share(totals.Relative(wrong))}");
    }

    private static PlanMetric ReadMetric(StrictObject json)
    {
        var metric = new PlanMetric
        {
            Name = json.String("name"),
            FullPrecision = json.Double("fullPrecision"),
            Compressed = json.Double("compressed"),
            LowerIsBetter = MetricTrust.LowerIsBetter(json),
            Baseline = MetricTrust.Baseline(json),
            Examples = MetricTrust.Examples(json),
            Noise = MetricTrust.Noise(json),
        };
        json.End();
        return metric;
    }

    private static LayerPlan ReadLayer(StrictObject json)
    {
        var kept = FilterRanges.TryParse(json.String("keptFilters"), out var problem)
            ?? throw json.Wrong("keptFilters", "cannot be read: " + Printable.Escape(problem.TrimEnd('.')));
        var layer = new LayerPlan
        {
            Name = json.String("name"),
            Kind = json.String("kind"),
            WeightGrid = json.String("weightGrid"),
            WeightScales = json.Names.Contains("weightScales") ? json.String("weightScales") : PlanScales.Layer,
            WeightBits = json.Int("weightBits", int.MinValue, int.MaxValue),
            ActivationGrid = json.String("activationGrid"),
            ActivationBits = json.Int("activationBits", int.MinValue, int.MaxValue),
            Filters = json.Int("filters", 1, int.MaxValue),
            KeptFilters = kept,
            Macs = json.Long("macs"),
            Costs = ReadCosts(json, kind => kind.Property),
        };
        json.End();
        return layer;
    }

    private static RestPlan ReadRest(StrictObject json)
    {
        var part = new RestPlan
        {
            Name = json.String("name"),
            Kind = json.String("kind"),
            Parameters = json.Long("parameters"),
            Macs = json.Long("macs"),
            Bits = json.Names.Contains("bits") ? json.Int("bits", 1, CostModel.FullPrecisionBits - 1) : CostModel.FullPrecisionBits,
        };
        foreach (var kind in CostKind.Counted)
        {
            if (json.Long(kind.Property) is var cost && cost != part.Costs[kind])
            {
                throw json.Wrong(kind.Property, FormattableString.Invariant($"is {cost}, but at {part.Bits} bits it is {part.Costs[kind]}"));
            }
        }

        json.End();
        return part;
    }

    // What nobody has measured is not told.
    private static PerCost<long> ReadCosts(StrictObject json, Func<CostKind, string> property) =>
        PerCost<long>.Of(kind => kind.IsMeasured && !json.Names.Contains(property(kind)) ? 0 : json.Long(property(kind)));

    private static TextPosition PositionOf(StrictObject root, IReadOnlyList<StrictObject> layers, string path)
    {
        var parts = path.Split('.', '[', ']').Where(part => part.Length > 0).ToArray();
        return parts switch
        {
            [var list, var index, var property] => (list == "layers" ? layers : root.Objects(list))[int.Parse(index, System.Globalization.CultureInfo.InvariantCulture)].PropertyPosition(property),
            [var owner, var property] => root.Object(owner).PropertyPosition(property),
            _ => root.PropertyPosition(parts[0]),
        };
    }
}
