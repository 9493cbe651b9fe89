using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>A whole search of a network that has a table, a recurrent layer, a cell and a parameter of its own.</summary>
public class NativeSearchTests
{
    private static readonly SearchSettings Settings = StripesSearch.Settings with { TrainEpochs = 1, SearchEpochs = 1, FineTuneEpochs = 1, Budget = Budget.Parse("bops=40%;size=40%"), KeepFirstAndLast = false };

    [Fact]
    public void Its_plan_has_all_weights_and_a_locked_build_takes_it_over()
    {
        var warnings = new List<string>();
        using var searched = Search(null, warnings);

        Assert.DoesNotContain(AbsCodes.LayersLeftAlone, warnings);
        Assert.Equal(["table", "rows.weight_ih_l0", "rows.weight_hh_l0", "cell.weight_ih", "cell.weight_hh", "head", "shift"], searched.Plan.Layers.Select(layer => layer.Name));
        Assert.Equal(["Embedding", "GRU", "GRU", "LSTMCell", "LSTMCell", "Linear", "Parameter"], searched.Plan.Layers.Select(layer => layer.Kind));
        Assert.Equal([32, 32, 32, 32], new[] { "table", "shift", "rows.weight_hh_l0", "cell.weight_hh" }.Select(name => searched.Plan.Layers.Single(layer => layer.Name == name).ActivationBits));

        using var locked = Search(searched.Plan, warnings);
        Assert.Equal(searched.Plan.Layers.Select(Decision), locked.Plan.Layers.Select(Decision));
    }

    [Fact]
    public void Hidden_units_heads_and_rows_of_Transformer_layers_go_where_the_budget_wants_it_and_a_locked_build_takes_that_over()
    {
        var settings = Settings with { Budget = Budget.Parse("size=15%"), Layers = LayerRules.Parse("*:8/*") };
        var warnings = new List<string>();
        using var searched = Search(null, warnings, settings, StripesNetworks.WithHeads);
        var kept = searched.Plan.Layers.ToDictionary(layer => layer.Name, layer => layer.KeptFilters, StringComparer.Ordinal);

        Assert.InRange(kept["rows.weight_ih_l0"].Count, 1, (3 * 16) - 1);
        Assert.Equal(kept["rows.weight_ih_l0"], kept["rows.weight_hh_l0"]);
        Assert.Equal(kept["rows.weight_ih_l0"].Where(row => row < 16).SelectMany(row => new[] { row, row + 16, row + 32 }).Order(), kept["rows.weight_ih_l0"]);
        Assert.InRange(kept["attention.in_proj_weight"].Count, 1, (3 * 16) - 1);
        Assert.All(kept["attention.in_proj_weight"].GroupBy(row => row % 16 / 2), head => Assert.Equal(6, head.Count()));
        Assert.InRange(kept["layer.linear1.weight"].Count, 1, 15);

        using var locked = Search(searched.Plan, warnings, settings, StripesNetworks.WithHeads);
        Assert.Equal(searched.Plan.Layers.Select(Decision), locked.Plan.Layers.Select(Decision));
    }

    private static (string, int, int, string) Decision(LayerPlan layer) => (layer.Name, layer.WeightBits, layer.ActivationBits, layer.KeptFilters.ToString());

    private static SearchResult Search(CompressionPlan? held, List<string> warnings, SearchSettings? settings = null, Func<FunctionNetwork>? network = null)
    {
        var job = StripesSearch.Job(settings ?? Settings) with { HeldPlan = held, Warn = (code, _) => warnings.Add(code) };
        return SearchEngine.Run(new StripesModel { Network = network ?? StripesNetworks.Recurrent }, job, _ => { }, CancellationToken.None);
    }
}
