using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Diffs;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Html;
using AbsBuildTasks.Plans.Reports.Layout;
using AbsBuildTasks.Plans.Reports.Tables;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Tests.Cost;

/// <summary>Holds all that goes over costs to each of them: a new row that one of them passes over fails here.</summary>
public class CostKindTests
{
    private static readonly CompressionPlan Plan = SamplePlan.Timed;

    public static TheoryData<string> Keys { get; } = [.. CostKind.All.Select(kind => kind.Key)];

    [Fact]
    public void Costs_stand_in_their_places_and_share_no_name()
    {
        Assert.Equal(Enumerable.Range(0, CostKind.All.Count), CostKind.All.Select(kind => kind.Index));
        Assert.Contains(CostKind.Leading, CostKind.All);
        Assert.Null(CostKind.Find("macs"));
        Func<CostKind, string>[] names = [kind => kind.Key, kind => kind.Title, kind => kind.Words];
        Assert.All(names, name => Assert.Equal(CostKind.All.Count, CostKind.All.Select(name).Distinct().Count()));
        string[] properties = [.. CostKind.All.SelectMany(kind => new[] { kind.Property, kind.FullPrecisionProperty, kind.RelativeProperty }).OfType<string>()];
        Assert.Equal(properties.Distinct(), properties);
    }

    [Fact]
    public void Values_are_kept_apart_and_equal_by_value()
    {
        var values = PerCost<long>.Of(kind => kind.Index + 1);

        Assert.All(CostKind.All, kind => Assert.Equal(kind.Index + 1, values[kind]));
        Assert.All(CostKind.All, kind => Assert.Equal(0, default(PerCost<long>)[kind]));
        Assert.All(CostKind.All, kind => Assert.NotEqual(values, values.With(kind, 0)));
        Assert.All(CostKind.All, kind => Assert.Equal(values, values.With(kind, 0).With(kind, kind.Index + 1)));
        Assert.Equal(default, PerCost<long>.Of(_ => 0));
        Assert.Equal(default(PerCost<long>).GetHashCode(), PerCost<long>.Of(_ => 0).GetHashCode());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_budget_limits_this_cost_alone_and_reads_back(string key)
    {
        var kind = CostKind.Find(key)!;
        string[] limits = [$"{key}=25%", .. kind.Amounts is { } amounts ? [$"{key}={amounts.Write(2048)}"] : Array.Empty<string>()];
        foreach (var text in limits)
        {
            var budget = Budget.Parse(text);

            Assert.Equal(text, budget.ToString());
            Assert.Equal([kind], CostKind.All.Where(other => budget.Limits[other].IsSet));
            Assert.True(budget.Limits[kind].Allows(2048, 8192));
            Assert.False(budget.Limits[kind].Allows(2049, 8192));
            Assert.Equal(0.25, budget.Limits[kind].ShareOf(8192));
        }

        Assert.Contains($"full-precision {kind.Words}", Assert.Throws<AbsException>(() => Budget.Parse($"{key}=0%")).Message, StringComparison.Ordinal);
        Assert.Contains($"`{key}=", Repository.Read("docs/reference.md"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_plan_tells_this_cost_and_is_checked_by_it(string key)
    {
        var kind = CostKind.Find(key)!;
        var json = JObject.Parse(PlanJson.Write(Plan));

        Assert.Equal(Plan.Totals.Costs[kind], (long)json["totals"]![kind.Property]!);
        Assert.Equal(Plan.Totals.FullPrecision[kind], (long)json["totals"]![kind.FullPrecisionProperty]!);
        Assert.Equal(Plan.Layers.Select(layer => layer.Costs[kind]), json["layers"]!.Select(layer => (long)layer[kind.Property]!));
        Assert.True(kind.RelativeProperty is null || (double)json["totals"]![kind.RelativeProperty]! == Plan.Totals.Relative(kind));

        var wrong = Plan with { Totals = Plan.Totals with { Costs = Plan.Totals.Costs.With(kind, Plan.Totals.Costs[kind] + 1) } };
        Assert.Equal("totals." + kind.Property, PlanRules.FirstProblem(wrong)!.Path);
        Assert.Equal("budget", PlanRules.FirstProblem(Plan with { Budget = $"{key}=1%" })!.Path);
        LayerPlan[] negative = [Plan.Layers[0] with { Costs = Plan.Layers[0].Costs.With(kind, -1) }, .. Plan.Layers.Skip(1)];
        Assert.Equal("layers[0]." + kind.Property, PlanRules.FirstProblem(Plan.WithLayers(negative))!.Path);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Schemas_tell_this_cost(string key)
    {
        var kind = CostKind.Find(key)!;
        var plan = JObject.Parse(Repository.Read("docs/plan.schema.json"));

        // What somebody has to measure first is told where somebody has.
        var told = kind.IsMeasured ? "properties" : "required";
        Assert.Contains(kind.Property, Names(plan.SelectToken("properties.totals")));
        Assert.Contains(kind.FullPrecisionProperty, Names(plan.SelectToken("properties.totals")));
        Assert.Contains(kind.Property, Names(plan.SelectToken("properties.layers.items")));
        Assert.Contains(kind.RelativeProperty ?? kind.Property, Names(JObject.Parse(Repository.Read("docs/sweep.schema.json")).SelectToken("properties.points.items")));
        Assert.Contains($"\"{kind.Property}\"", Repository.Read("docs/diff.schema.json"), StringComparison.Ordinal);

        IEnumerable<string> Names(JToken? schema) => schema![told] switch
        {
            JObject properties => properties.Properties().Select(property => property.Name),
            var names => names!.Select(name => (string)name!),
        };
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_diff_says_that_a_plan_got_worse_in_this_cost(string key)
    {
        var kind = CostKind.Find(key)!;
        var model = new ModelDiff(Plan, Dearer(kind, 2));
        var changes = model.Changes!;

        var total = Assert.Single(changes.Changes, change => change.Property == "totals." + kind.Property);
        Assert.Equal(ChangeEffect.Worse, total.Effect);
        Assert.All(changes.Layers, layer => Assert.Contains(layer.Changes, change => change.Property == kind.Property));
        Assert.DoesNotContain(changes.Layers, layer => layer.IsDecision);
        long[] rises = [.. LayerDiff.NotableFirst(changes.Layers).Select(layer => layer.After!.Costs[kind] - layer.Before!.Costs[kind])];
        Assert.Equal(rises.OrderDescending(), rises);
        Assert.Contains($"\"{kind.Property}\": {Plan.Totals.Costs[kind]}", PlanDiffJson.Write(PlanSetDiff.Of(null, [model])), StringComparison.Ordinal);

        var text = ReportText.Write(DiffReport.Of(model));
        Assert.Matches($"(?m)^ *{kind.Title} .*worse", text);
        Assert.Matches($"layer .*{kind.Title}", text);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_snapshot_lets_this_cost_rise_within_its_tolerance(string key)
    {
        var kind = CostKind.Find(key)!;
        var received = Dearer(kind, 2);
        var others = string.Join(";", CostKind.All.Where(other => other != kind).Select(other => other.Key + "=1000%"));

        Assert.Empty(Violations($"{others};{key}=100%"));
        Assert.Equal(["totals." + kind.Property], Violations($"{others};{key}=99%"));
        Assert.Equal(["totals." + kind.Property], Violations(others));
        var most = kind.Amounts is { } amounts ? amounts.Write(Plan.Totals.Costs[kind]) : FormattableString.Invariant($"{100m * Plan.Totals.Costs[kind] / Plan.Totals.FullPrecision[kind]}pt");
        Assert.Empty(Violations($"{others};{key}={most}"));
        Assert.Contains("totals." + kind.Property, SnapshotComparer.Compare(Plan, received, SnapshotPolicy.Exact, SnapshotTolerances.None).Select(violation => violation.Property));

        IEnumerable<string> Violations(string tolerances) =>
            SnapshotComparer.Compare(Plan, received, SnapshotPolicy.NoRegression, SnapshotTolerances.Parse(tolerances)).Select(violation => violation.Property);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_sweep_and_every_report_show_this_cost(string key)
    {
        var kind = CostKind.Find(key)!;
        var sweep = SweepResult.Of(Plan, [Dearer(kind, 2)]);

        Assert.Equal(sweep.Points, SweepJson.Read(SweepJson.Write(sweep), "sweep.json").Points);
        Assert.True(sweep.IsDominated(sweep.Points[1]));
        Assert.False(sweep.IsDominated(sweep.Points[0]));
        Assert.Contains(kind.Title, SweepTable.Write(sweep), StringComparison.Ordinal);
        Assert.Contains($"{kind.Title} ", PlanTable.Write(Plan), StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($"{Plan.Totals.Costs[kind]:#,0}"), ReportText.Write(PlanReport.Of(Plan)), StringComparison.Ordinal);
        Assert.Contains(kind.Short(Plan.Totals.FullPrecision[kind]), HtmlReport.Render(new ReportContent { Plan = Plan }), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Slopes_are_what_a_little_more_costs(string key)
    {
        var kind = CostKind.Find(key)!;
        // Times that are 7 ns for each filter and 3 ns for each input, in either form.
        MonotoneGrid times = new([1, 64], [1, 32], [[10, 103], [451, 544]]);
        var shape = new LayerShape { Name = "c", Kind = "Conv2d", Filters = 64, InputChannels = 32, KernelSize = 25, Positions = 100, HasBias = true, Times = new(times, times) };
        var layer = new CompressedLayer(shape, 32_000, 40, 16, 4, 8);
        var slopes = kind.Slopes(layer);

        Assert.Equal(kind.Of(layer with { Weights = layer.Weights + 800 }) - kind.Of(layer), 800 * slopes.Weight);
        Assert.Equal(kind.Of(layer with { WeightBits = layer.WeightBits + 1 }) - kind.Of(layer), layer.Weights * slopes.WeightBit);
        Assert.Equal(kind.Of(layer with { ActivationBits = layer.ActivationBits + 1 }) - kind.Of(layer), layer.Weights * slopes.ActivationBit);
        Assert.Equal(kind.Of(layer with { KeptFilters = layer.KeptFilters + 1 }) - kind.Of(layer), slopes.Filter, 1e-9);
        Assert.Equal(kind.Of(layer with { LiveInputs = layer.LiveInputs + 1 }) - kind.Of(layer), slopes.Input, 1e-9);
    }

    /// <summary>The plan with layers of the same decisions that cost more.</summary>
    private static CompressionPlan Dearer(CostKind kind, int times) => Plan.WithLayers(
    [
        .. Plan.Layers.Select(layer =>
        {
            // A cost that follows from the rest of the plan rises with what it follows from.
            var dearer = layer with { Macs = kind.Formula is null ? layer.Macs : layer.Macs * times };
            return dearer with
            {
                Costs = PerCost<long>.Of(other => other.Formula is { } formula
                    ? formula.Of(dearer.Macs, dearer.WeightBits, dearer.ActivationBits)
                    : other == kind ? layer.Costs[other] * times : layer.Costs[other]),
            };
        }),
    ]);
}
