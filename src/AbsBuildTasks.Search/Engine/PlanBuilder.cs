using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Writes down what was decided.</summary>
internal static class PlanBuilder
{
    /// <summary>The plan of a network with frozen decisions.</summary>
    /// <param name="job">Its settings' budget is the one that the plan meets.</param>
    /// <param name="network">The network.</param>
    /// <param name="metric">Its quality before and after.</param>
    public static CompressionPlan Build(SearchJob job, CompressedNetwork network, PlanMetric metric)
    {
        var decisions = network.Decisions();
        var costs = DecisionCost.Of(network, decisions);
        var layers = network.Layers.Select((layer, i) => new LayerPlan
        {
            Name = layer.Layer.Shape.Name,
            Kind = layer.Layer.Shape.Kind,
            WeightGrid = layer.Weights.GridName,
            WeightScales = layer.HasFilterScales ? PlanScales.Filter : PlanScales.Layer,
            WeightBits = decisions[i].WeightBits,
            ActivationGrid = layer.Activations.GridName,
            ActivationBits = decisions[i].ActivationBits,
            Filters = layer.Layer.Shape.Filters,
            KeptFilters = FilterRanges.Of(Enumerable.Range(0, decisions[i].Kept.Count).Where(filter => decisions[i].Kept[filter])),
            Macs = costs[i].Macs,
            Costs = costs[i].Costs,
        }).ToArray();

        return new CompressionPlan
        {
            Model = job.Model,
            Fingerprint = job.Fingerprint,
            Budget = job.Settings.Budget.ToString(),
            Target = job.Settings.DeployTarget == TargetTable.Any ? null : job.Settings.DeployTarget.Name,
            RoundedValues = network.Rounding.Values.Count,
            WarmStart = job.WarmStart?.Hash,
            Totals = PlanTotals.Of(layers, NetworkCost.FullPrecision(network), network.Rest),
            Metric = metric,
            Layers = layers,
            Rest = network.Rest,
        };
    }
}
