using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

public class GivenDecisionsTests
{
    [Fact]
    public void A_plan_that_keeps_the_same_of_layers_that_are_added_is_taken() => Assert.Null(Refusal("residual", decisions => decisions));

    [Fact]
    public void One_that_keeps_others_as_plans_did_before_is_refused()
    {
        // Of a + b, filter 1 of b is gone.
        var why = Refusal("residual", decisions => Keep(Keep(decisions, 0, _ => true), 1, filter => filter != 1));

        Assert.Equal("filter 1 of layer b is decided together with filter 1 of layer a, as where layers are added, but only one of the two stays", why);
    }

    [Fact]
    public void So_is_one_that_prunes_what_is_added_to_filters_that_stay()
    {
        var why = Refusal("residual", decisions => Keep(decisions, 1, filter => filter != 1), keepsEnds: true);

        Assert.Equal("layer b cannot be pruned, as they are decided together with those of layer a", why);
    }

    [Fact]
    public void So_is_one_whose_groups_keep_others()
    {
        var why = Refusal("grouped", decisions => Keep(decisions, 2, filter => filter != 5));

        Assert.Equal("filters 1,5 of layer grouped stay or go together", why);
    }

    [Fact]
    public void So_is_one_that_keeps_no_multiple()
    {
        var why = Refusal("residual", decisions => Keep(Keep(decisions, 0, filter => filter < 5), 1, filter => filter < 5), multiple: 4);

        Assert.Equal("layer a keeps 5 of 8 filters, which is no multiple of 4", why);
    }

    [Fact]
    public void Of_gates_the_refusal_counts_hidden_units()
    {
        // Units 0 to 3 of each gate: 16 rows of 24, which is a multiple.
        using var network = NativeNetworks.Of("LSTM");
        var why = Refusal(network, NativeNetworks.Input("LSTM"), decisions => Keep(Keep(decisions, 0, row => row % 6 < 4), 1, row => row % 6 < 4), multiple: 16);

        Assert.Equal("layer body.weight_ih_l0 keeps 4 of 6 filters of each matrix, which is no multiple of 16", why);
    }

    /// <summary>Why a plan with other decisions than random ones is refused; null where it is taken as it is.</summary>
    private static string? Refusal(string structure, Func<LayerDecision[], LayerDecision[]> change, bool keepsEnds = false, int multiple = 1)
    {
        using var network = TestNetworks.Of(structure);
        return Refusal(network, rand([5, 3, 8, 8]), change, keepsEnds, multiple);
    }

    private static string? Refusal(nn.Module<Tensor, Tensor> network, Tensor example, Func<LayerDecision[], LayerDecision[]> change, bool keepsEnds = false, int multiple = 1)
    {
        using var scope = NewDisposeScope();
        var settings = Compressed.Everything with { KeepFirstAndLast = keepsEnds, DeployTarget = new() { Name = "multiples", FilterMultiple = multiple } };
        using var compressed = Compressed.Of(network, example, settings);
        var decisions = change(Compressed.RandomDecisions(compressed, 3));
        compressed.Freeze(decisions);
        var plan = PlanBuilder.Build(StripesSearch.Job(settings), compressed, new PlanMetric { Name = "top-1", FullPrecision = 90, Compressed = 90 });
        try
        {
            Assert.Equal(decisions.Select(decision => decision.Kept), GivenDecisions.Of(plan, compressed).Select(decision => decision.Kept));
            return null;
        }
        catch (AbsException error)
        {
            Assert.Equal(AbsCodes.LockUnfit, error.Code);
            const string begin = "do not fit the network: ";
            var start = error.Message.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
            return error.Message[start..error.Message.IndexOf(". Restore", StringComparison.Ordinal)];
        }
    }

    private static LayerDecision[] Keep(LayerDecision[] decisions, int layer, Func<int, bool> keep) =>
        [.. decisions.Select((decision, i) => i == layer ? decision with { Kept = [.. decision.Kept.Select((_, filter) => keep(filter))] } : decision)];
}
