using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

public sealed class LayerRulesTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");

    [Fact]
    public void Pinned_and_kept_layers_are_in_the_plan_as_they_were_told()
    {
        var settings = new SearchSettings
        {
            Budget = Budget.Parse("bops=50%"),
            Layers = LayerRules.Parse("conv1:4/32;conv2:8/4,whole;fc2:keep"),
            BatchSize = 32,
            TrainEpochs = 3,
            SearchEpochs = 2,
            FineTuneEpochs = 1,
            LearningRate = 0.01,
        };
        using var result = Run(settings);
        result.SaveWeights(_file);
        Assert.Null(WeightsFile.Problem(_file, result.Plan));
        var layers = result.Plan.Layers.ToDictionary(layer => layer.Name);

        Assert.Equal((4, 32, "symmetric", "float", 6), Of(layers["conv1"]));
        Assert.Equal((8, 4, "symmetric", "unsigned", 10), Of(layers["conv2"]));
        Assert.Equal((32, 32, "float", "float", 4), Of(layers["fc2"]));
        Assert.Equal(layers["fc2"].Macs * 1024, layers["fc2"].Bops);
        Assert.Equal(result.Plan, PlanJson.Read(PlanJson.Write(result.Plan), "plan"));

        // The loaded network loses and gains nothing against the one that was evaluated.
        IAbsModel model = new StripesModel();
        using var loaded = CompressedModel.Load((nn.Module<Tensor, Tensor>)model.CreateNetwork(), _file);
        var test = model.LoadData(new ModelContext(Path.GetTempPath(), [])).Test;
        Assert.Equal(result.Plan.Metric.Compressed, model.Metric(loaded.call(test.Inputs), test.Targets), 4);

        static (int, int, string, string, int) Of(LayerPlan layer) => (layer.WeightBits, layer.ActivationBits, layer.WeightGrid, layer.ActivationGrid, layer.KeptFilters.Count);
    }

    [Theory]
    [InlineData("*:32/32", 1)]
    [InlineData("conv?:32/8;fc1:4/32", 2)]
    [InlineData("*:8/8;*1:keep", 3)]
    public void Unquantised_tensors_are_loaded_as_they_were_evaluated(string rules, int seed)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        var input = rand([9, 3, 8, 8]);
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { Layers = LayerRules.Parse(rules) });
        compressed.Freeze(Compressed.RandomDecisions(compressed, seed));
        network.train();
        _ = compressed.Run(input);
        network.eval();
        var evaluated = compressed.Run(input);
        WeightExporter.Write(compressed, _file);

        using var fresh = TestNetworks.Chain();
        Assert.True(CompressedModel.Load(fresh, _file).call(input).equal(evaluated).all().item<bool>());
    }

    [Fact]
    public void A_network_of_unquantised_layers_trains_as_it_would_alone()
    {
        using var scope = NewDisposeScope();
        using var plain = TestNetworks.Chain();
        using var network = TestNetworks.Chain();
        var input = rand([9, 3, 8, 8]);
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { Layers = LayerRules.Parse("*:keep") });
        network.train();
        plain.train();

        compressed.Run(input).square().sum().backward();
        compressed.CollectGradients();
        plain.call(input).square().sum().backward();

        Assert.All(network.parameters().Zip(plain.parameters()), pair => Assert.True(pair.First.grad!.allclose(pair.Second.grad!)));
    }

    [Fact]
    public void Pruning_alone_costs_32_bits_a_weight_and_input()
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), Compressed.Everything with { Layers = LayerRules.Parse("*:32/32") });
        var range = ReachableRange.Of(compressed);

        Assert.Equal(range.FullPrecision, range.Most);
        var landed = new BudgetLanding(compressed, Budget.Parse("bops=30%"), _ => 1).Land(ReachableRange.Largest(compressed));
        Assert.All(landed, decision => Assert.Equal((32, 32), (decision.WeightBits, decision.ActivationBits)));
        Assert.Contains(landed, decision => decision.Kept.Contains(false));
        Assert.True(Budget.Parse("bops=30%").Limits[CostKind.Bops].Allows(NetworkCost.Of(compressed, landed)[CostKind.Bops], range.FullPrecision[CostKind.Bops]));
    }

    [Theory]
    [InlineData("", 8, 8, false)]
    [InlineData("conv1:2/4", 2, 4, false)]
    [InlineData("*:whole", 8, 8, false)]
    [InlineData("*:4/4;c*:keep", 32, 32, false)]
    public void A_rule_for_the_first_layer_wins_over_keeping_it(string rules, int weightBits, int activationBits, bool canPrune)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Chain();
        using var compressed = Compressed.Of(network, rand([5, 3, 8, 8]), new SearchSettings { Budget = new(1), Layers = LayerRules.Parse(rules) });
        var first = compressed.Layers[0];

        Assert.Equal((weightBits, activationBits, canPrune), (first.Decision.WeightBits, first.Decision.ActivationBits, first.Filters.CanPrune));
    }

    [Fact]
    public void A_pattern_that_matches_no_layer_names_those_near()
    {
        var error = Assert.Throws<AbsException>(() => Run(new SearchSettings { Budget = new(1), Layers = LayerRules.Parse("conv*:8/8;conv3:keep") }));

        Assert.Equal(AbsCodes.LayerNotFound, error.Code);
        Assert.Equal("Layers: 'conv3' matches no weighted layer of the network; near names: conv1, conv2, fc1, fc2.", error.Message);
    }

    public void Dispose() => File.Delete(_file);

    private static SearchResult Run(SearchSettings settings) => SearchEngine.Run(
        new StripesModel(),
        StripesSearch.Job(settings),
        _ => { },
        CancellationToken.None);
}
