using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Targets;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>What every plan must hold, whoever made it.</summary>
internal static class PlanRules
{
    /// <summary>The first rule a plan breaks, or null.</summary>
    public static PlanProblem? FirstProblem(CompressionPlan plan)
    {
        try
        {
            return Problems(plan).FirstOrDefault();
        }
        catch (OverflowException)
        {
            return new("totals", "and layers hold costs whose products or sums do not fit 64 bits");
        }
    }

    private static IEnumerable<PlanProblem> Problems(CompressionPlan plan)
    {
        if (plan.SchemaVersion != plan.NeededVersion)
        {
            yield return new("schemaVersion", FormattableString.Invariant($"is {plan.SchemaVersion}; a plan {(plan.NeededVersion > 1 ? "with" : "without")} \"rest\", \"furtherMetrics\" or \"lowerIsBetter\" is of version {plan.NeededVersion}"));
        }

        if (plan.Target is { } target && (target == TargetTable.Any.Name || !Target.IsName(target)))
        {
            yield return new("target", target == TargetTable.Any.Name ? $"is \"{target}\", which is not written" : "is not the name of a target");
        }

        foreach (var problem in Text("model", plan.Model))
        {
            yield return problem;
        }

        if (!Fingerprint.IsHash(plan.Fingerprint))
        {
            yield return new("fingerprint", "is not 64 lower-case hexadecimal digits");
        }

        if (plan.WarmStart is { } start && !Fingerprint.IsHash(start))
        {
            yield return new("warmStart", "is not 64 lower-case hexadecimal digits");
        }

        if (BudgetKept.Problem(plan) is { } budgetProblem)
        {
            yield return new("budget", budgetProblem);
        }

        foreach (var problem in Layers(plan.Layers).Concat(Rest(plan)).Concat(Totals(plan)).Concat(Metric("metric.", plan.Metric)).Concat(FurtherMetrics(plan)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<PlanProblem> Layers(IReadOnlyList<LayerPlan> layers)
    {
        if (layers.Count == 0)
        {
            yield return new("layers", "is empty; a plan lists every weighted layer");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < layers.Count; i++)
        {
            var path = FormattableString.Invariant($"layers[{i}].");
            foreach (var problem in Layer(layers[i]))
            {
                yield return problem with { Path = path + problem.Path };
            }

            if (!names.Add(layers[i].Name))
            {
                yield return new(path + "name", "is the name of an earlier layer; names are unique");
            }
        }
    }

    private static IEnumerable<PlanProblem> Rest(CompressionPlan plan)
    {
        var names = new HashSet<string>(plan.Layers.Select(layer => layer.Name), StringComparer.Ordinal);
        for (var i = 0; i < plan.Rest.Count; i++)
        {
            var (part, path) = (plan.Rest[i], FormattableString.Invariant($"rest[{i}]."));
            foreach (var problem in Text("name", part.Name).Concat(Text("kind", part.Kind)))
            {
                yield return problem with { Path = path + problem.Path };
            }

            if (!names.Add(part.Name))
            {
                yield return new(path + "name", "is the name of a layer or of an earlier part; names are unique");
            }

            foreach (var (property, count) in new[] { ("parameters", part.Parameters), ("macs", part.Macs) })
            {
                if (count < 0)
                {
                    yield return Negative(path + property);
                }
            }

            if (part.Bits is < 1 or > CostModel.FullPrecisionBits)
            {
                yield return new(path + "bits", FormattableString.Invariant($"is {part.Bits}; bits are 1 to {CostModel.FullPrecisionBits}"));
            }

            if (part.HasFewerBits && part.Macs == 0)
            {
                yield return new(path + "bits", "speaks of products, of which macs says that there are none");
            }

            if (part is { Parameters: 0, Macs: 0 })
            {
                yield return new(path + "parameters", "is 0, as is macs; a part that costs nothing is not listed");
            }
        }
    }

    private static IEnumerable<PlanProblem> Layer(LayerPlan layer)
    {
        foreach (var problem in Text("name", layer.Name).Concat(Text("kind", layer.Kind)))
        {
            yield return problem;
        }

        foreach (var (property, grid, bits, other) in new[]
        {
            ("weightGrid", layer.WeightGrid, layer.WeightBits, PlanGrids.Unit),
            ("activationGrid", layer.ActivationGrid, layer.ActivationBits, PlanGrids.Unsigned),
        })
        {
            if (grid is not (PlanGrids.Symmetric or PlanGrids.Float) && grid != other)
            {
                yield return new(property, $"is not \"{PlanGrids.Symmetric}\", \"{other}\" or \"{PlanGrids.Float}\"");
            }
            else if ((grid == PlanGrids.Float) != (bits == CostModel.FullPrecisionBits))
            {
                yield return new(property, FormattableString.Invariant($"is \"{grid}\" at {bits} bits; \"{PlanGrids.Float}\" stands for {CostModel.FullPrecisionBits} bits, and those for it"));
            }
        }

        if (layer.WeightScales is not (PlanScales.Layer or PlanScales.Filter))
        {
            yield return new("weightScales", $"is not \"{PlanScales.Filter}\", nor left out");
        }
        else if (layer is { WeightScales: PlanScales.Filter, WeightGrid: PlanGrids.Float })
        {
            yield return new("weightScales", $"is \"{PlanScales.Filter}\" of weights that are not quantised");
        }

        foreach (var (property, bits) in new[] { ("weightBits", layer.WeightBits), ("activationBits", layer.ActivationBits) })
        {
            if (bits is < 1 or > CostModel.FullPrecisionBits)
            {
                yield return new(property, FormattableString.Invariant($"is {bits}; bits are 1 to {CostModel.FullPrecisionBits}"));
            }
        }

        if (layer.KeptFilters.Count == 0)
        {
            yield return new("keptFilters", "is empty; a layer keeps at least one filter");
        }

        if (layer.KeptFilters.Last >= layer.Filters)
        {
            yield return new("keptFilters", FormattableString.Invariant($"names filter {layer.KeptFilters.Last}, but the layer has {layer.Filters}, counted from 0"));
        }

        if (layer.Macs < 0)
        {
            yield return Negative("macs");
        }

        foreach (var kind in CostKind.All)
        {
            var cost = layer.Costs[kind];
            if (kind.Formula is { } formula && formula.Of(layer.Macs, layer.WeightBits, layer.ActivationBits) is var wanted && cost != wanted)
            {
                yield return new(kind.Property, FormattableString.Invariant($"is {cost}, but {formula.Text} is {wanted}"));
            }
            else if (cost < 0)
            {
                yield return Negative(kind.Property);
            }
        }
    }

    private static IEnumerable<PlanProblem> Totals(CompressionPlan plan)
    {
        var totals = plan.Totals;
        var sums = PlanTotals.Of(plan.Layers, totals.FullPrecision, plan.Rest);
        foreach (var (property, value, sum) in CostKind.All.Select(kind => (kind.Property, totals.Costs[kind], sums.Costs[kind])).Prepend(("macs", totals.Macs, sums.Macs)))
        {
            if (value != sum)
            {
                yield return new("totals." + property, FormattableString.Invariant($"is {value}, but the {(plan.Rest.Count > 0 ? "sum of layers and rest" : "layers' sum")} is {sum}"));
            }
        }

        foreach (var kind in totals.Kinds.Where(kind => totals.FullPrecision[kind] < (kind.IsMeasured ? 1 : totals.Costs[kind])))
        {
            yield return new("totals." + kind.FullPrecisionProperty, kind.IsMeasured ? "is less than 1" : $"is less than {kind.Property}");
        }

        foreach (var kind in CostKind.All.Except(totals.Kinds).Where(kind => totals.FullPrecision[kind] != 0 || totals.Costs[kind] != 0 || plan.Layers.Any(layer => layer.Costs[kind] != 0)))
        {
            yield return new("totals." + kind.FullPrecisionProperty, $"is missing or below 1, where layers have {kind.Property}");
        }
    }

    private static IEnumerable<PlanProblem> FurtherMetrics(CompressionPlan plan)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { plan.Metric.Name };
        for (var i = 0; i < plan.FurtherMetrics.Count; i++)
        {
            var path = FormattableString.Invariant($"furtherMetrics[{i}].");
            foreach (var problem in Metric(path, plan.FurtherMetrics[i]))
            {
                yield return problem;
            }

            if (!names.Add(plan.FurtherMetrics[i].Name))
            {
                yield return new(path + "name", "is the name of another metric; names are unique");
            }
        }
    }

    private static IEnumerable<PlanProblem> Metric(string path, PlanMetric metric)
    {
        foreach (var problem in Text(path + "name", metric.Name))
        {
            yield return problem;
        }

        foreach (var (property, value) in new[] { ("fullPrecision", metric.FullPrecision), ("compressed", metric.Compressed) })
        {
            if (!(Math.Abs(value) <= PlanNumber.LargestMetric))
            {
                yield return new(path + property, "is not a number between -1e9 and 1e9");
            }
        }

        if (metric.Noise is { } noise && noise is not (>= 0 and <= PlanNumber.LargestMetric))
        {
            yield return new(path + "noise", "is not a number between 0 and 1e9");
        }
    }

    private static IEnumerable<PlanProblem> Text(string property, string text)
    {
        if (text.Length == 0)
        {
            yield return new(property, "is empty");
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                yield return new(property, "holds half a character: it is not well-formed Unicode");
            }
        }
    }

    private static PlanProblem Negative(string property) => new(property, "is negative");
}
