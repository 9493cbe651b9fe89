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

        static (string, int, int, string) Decision(LayerPlan layer) => (layer.Name, layer.WeightBits, layer.ActivationBits, layer.KeptFilters.ToString());
    }

    private static SearchResult Search(CompressionPlan? held, List<string> warnings)
    {
        var job = StripesSearch.Job(Settings) with { HeldPlan = held, Warn = (code, _) => warnings.Add(code) };
        return SearchEngine.Run(new StripesModel { Network = InterruptedSearch.Recurrent }, job, _ => { }, CancellationToken.None);
    }
}
