using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>A plan has nothing that its target does not run.</summary>
public class TargetTests
{
    private static readonly SearchSettings Settings = StripesSearch.Settings with { TrainEpochs = 3, SearchEpochs = 2, FineTuneEpochs = 1 };

    // Weights and inputs go up and down together, and 8/8 is not there to come from.
    private static readonly Target Stairs = new() { Name = "stairs", Pairs = [new(2, 2), new(2, 4), new(4, 4), new(4, 8)] };

    public static TheoryData<string, string> Searches => new()
    {
        { "w4a8", "bops=2%" },
        { "npu-int8", "bops=3%" },
        { "npu-int8", "size=15%" },
        { "onnxruntime-cpu", "drop=30" },
        { Stairs.ToString(), "bops=1%;size=10%" },
        { Stairs.ToString(), "lambda=0.05" },
        { Stairs.ToString(), "drop=5" },
    };

    [Theory]
    [MemberData(nameof(Searches))]
    public void Every_layer_has_a_pair_that_runs(string target, string budget)
    {
        var settings = Settings with { DeployTarget = Target.Parse(target), Budget = Budget.Parse(budget), Baseline = BaselineKind.AsTrained };
        using var result = Run(settings, network: () => TestNetworks.Chain(24, 40, 36));

        Assert.All(result.Plan.Layers, layer => Assert.True(settings.DeployTarget.Runs(new(layer.WeightBits, layer.ActivationBits)), layer.ToString()));
        Assert.All(result.Plan.Layers, layer => Assert.True(layer.KeptFilters.Count == layer.Filters || layer.KeptFilters.Count % settings.DeployTarget.FilterMultiple == 0, layer.ToString()));
        Assert.Equal(settings.DeployTarget.Name, result.Plan.Target);
        Assert.Equal(result.Plan, PlanJson.Read(PlanJson.Write(result.Plan), "plan"));
    }

    [Fact]
    public void A_plan_for_no_target_in_particular_names_none()
    {
        using var result = Run(Settings with { TrainEpochs = 1, FineTuneEpochs = 0, SearchEpochs = 1 });

        Assert.Null(result.Plan.Target);
        Assert.DoesNotContain("target", PlanJson.Write(result.Plan), StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_has_all_pairs_of_the_bits_changes_no_decision()
    {
        Target all = new() { Name = "all", Pairs = [.. BitChain.Default.SelectMany(weights => BitChain.Default.Select(activations => new BitPair(weights, activations)))] };
        using var free = Run(Settings);
        using var targeted = Run(Settings with { DeployTarget = all });

        Assert.Equal(free.Plan with { Target = "all" }, targeted.Plan);
    }

    [Fact]
    public void Signed_inputs_have_levels_around_zero_everywhere()
    {
        using var result = Run(Settings with { DeployTarget = new() { Name = "mcu", Activations = InputLevels.Signed } });

        Assert.All(result.Plan.Layers, layer => Assert.Equal(PlanGrids.Symmetric, layer.ActivationGrid));
        Assert.True(result.Plan.Metric.Compressed > 35);
    }

    [Fact]
    public void Bits_of_weights_and_inputs_are_chosen_from_chains_of_their_own()
    {
        using var result = Run(Settings with { WeightBits = BitChain.Of(3, 6), ActivationBits = BitChain.Of(5) });

        Assert.All(result.Plan.Layers, layer => Assert.True(layer is { WeightBits: 3 or 6, ActivationBits: 5 }));
    }

    [Theory]
    [InlineData("conv1:2/*", true, 2, 8, "2", "8")]
    [InlineData("conv1:*/4", true, 8, 4, "8", "4")]
    [InlineData("conv1:2/*", false, 2, 8, "2", "2;4;8")]
    [InlineData("*:8/8;conv1:*/4", false, 8, 4, "8", "4")]
    [InlineData("conv1:*/32", false, 8, 32, "2;4;8", "32")]
    public void A_rule_may_pin_one_of_the_two(string rules, bool isKept, int weightBits, int activationBits, string weights, string activations)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), new SearchSettings { Budget = new(1), KeepFirstAndLast = isKept, Layers = LayerRules.Parse(rules) });
        var first = compressed.Layers[0];

        Assert.Equal((weightBits, activationBits), (first.Decision.WeightBits, first.Decision.ActivationBits));
        Assert.Equal((weights, activations), (first.Weights.Chain.ToString(), first.Activations.Chain.ToString()));
    }

    [Theory]
    [InlineData(1, 0.02)]
    [InlineData(2, 0.01)]
    [InlineData(3, 0.005)]
    [InlineData(4, 0.002)]
    public void Whatever_the_start_the_landing_is_within_the_budget_on_pairs_that_run(int seed, double budget)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), Compressed.Everything with { DeployTarget = Stairs });
        ReachableRange.Of(compressed).Require(new(budget));
        var random = new Random(seed);
        var measured = new List<IReadOnlyList<LayerDecision>>();
        compressed.Freeze(Compressed.RandomDecisions(compressed, seed));

        var landed = new BudgetLanding(compressed, new(budget), decisions =>
        {
            measured.Add(decisions);
            return random.NextDouble();
        }).Land(compressed.Decisions());

        Assert.All([.. measured, landed], decisions => Assert.All(decisions, decision => Assert.True(Stairs.Runs(decision.Bits), decision.Bits.ToString())));
        Assert.True(NetworkCost.Of(compressed, landed)[CostKind.Bops] <= budget * NetworkCost.FullPrecision(compressed)[CostKind.Bops]);
    }

    [Fact]
    public void What_a_network_reaches_is_what_its_target_runs()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), Compressed.Everything with { DeployTarget = TargetTable.Find("w4a8")! });
        var range = ReachableRange.Of(compressed);

        Assert.Equal(64.0 / 1024, (double)range.Most[CostKind.Bops] / range.FullPrecision[CostKind.Bops]);
        Assert.All(ReachableRange.Smallest(compressed), decision => Assert.Equal(new(4, 8), decision.Bits));
        Assert.Throws<AbsException>(() => range.Require(new(0.9 * range.Least[CostKind.Bops] / range.FullPrecision[CostKind.Bops])));
    }

    [Fact]
    public void A_budget_out_of_reach_is_told_what_the_target_runs()
    {
        var error = Assert.Throws<AbsException>(() => Run(Settings with { DeployTarget = TargetTable.Find("npu-int8")! }));

        Assert.Equal(AbsCodes.ImpossibleBudget, error.Code);
        Assert.StartsWith("Budget=\"bops=3%\" cannot be met: this network reaches 6.25% to 6.25% of its full-precision bit-operations on DeployTarget=\"npu-int8\", which runs 8/8 and multiples of 16 filters. Raise", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("w4a8", "conv2:4/*;c*2:*/4", "The rule 4/4 for layer 'conv2' and DeployTarget=\"w4a8\" have no pair of weight and input bits in common: the target runs 4/8, 8/8. Change one of the two.")]
    [InlineData("npu-int8", "fc?:4/*", "The rule 4/* for layer 'fc1' and DeployTarget=\"npu-int8\" have no pair of weight and input bits in common: the target runs 8/8. Change one of the two.")]
    public void A_layer_that_cannot_run_is_refused_before_training(string target, string rules, string message)
    {
        var reports = new List<SearchProgress>();
        var error = Assert.Throws<AbsException>(() => Run(Settings with { DeployTarget = Target.Parse(target), Layers = LayerRules.Parse(rules), KeepFirstAndLast = false }, reports.Add));

        Assert.Equal((AbsCodes.TargetContradicted, message), (error.Code, error.Message));
        Assert.Empty(reports);
    }

    private static SearchResult Run(SearchSettings settings, Action<SearchProgress>? report = null, Func<FunctionNetwork>? network = null) =>
        SearchEngine.Run(new StripesModel { Network = network ?? TestNetworks.Chain }, StripesSearch.Job(settings), report ?? (_ => { }), CancellationToken.None);
}
