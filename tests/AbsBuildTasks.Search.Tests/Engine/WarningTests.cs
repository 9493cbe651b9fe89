using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>What a whole search warns of, and that it ends with a plan all the same.</summary>
public sealed class WarningTests
{
    private static readonly SearchSettings Settings = StripesSearch.Settings with { SearchEpochs = 2, FineTuneEpochs = 1 };

    [Fact]
    public void Settings_that_leave_nothing_to_decide_are_warned_of()
    {
        var (code, text) = Assert.Single(Run(Settings with { KeepFirstAndLast = true, Budget = new Budget(0.07) }, () => TwoLayers(x => x)));

        Assert.Equal(AbsCodes.NothingToDecide, code);
        Assert.Contains("KeepFirstAndLast=\"false\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("npu-int8", false, "DeployTarget=\"npu-int8\", which runs 8/8 and multiples of 16 filters, leaves each layer one pair of bits")]
    [InlineData("npu-int8", true, "every layer's bitwidths are given")]
    public void A_target_that_leaves_nothing_to_decide_is_named_where_it_is_the_cause(string target, bool isWhole, string cause)
    {
        var settings = Settings with { Budget = new Budget(0.07), DeployTarget = Target.Parse(target), KeepFirstAndLast = isWhole };

        var (code, text) = Assert.Single(Run(settings, () => TwoLayers(x => x)));

        Assert.Equal(AbsCodes.NothingToDecide, code);
        Assert.Contains(cause, text, StringComparison.Ordinal);
        Assert.Equal(isWhole, text.Contains("KeepFirstAndLast", StringComparison.Ordinal));
    }

    [Fact]
    public void Settings_that_leave_something_are_not() =>
        Assert.Empty(Run(Settings, () => TwoLayers(x => x)));

    [Fact]
    public void Filters_of_a_network_that_goes_another_way_for_other_values_stay()
    {
        // Noise has a mean of zero, images have not.
        var (code, text) = Assert.Single(Run(Settings, () => TwoLayers(x => x.mean().item<float>() > 0.2f ? x : x[.., .., .., ..4])));

        Assert.Equal(AbsCodes.FiltersStay, code);
        Assert.StartsWith("No layer's filters can be pruned, as ", text, StringComparison.Ordinal);
    }

    private static FunctionNetwork TwoLayers(Func<Tensor, Tensor> before)
    {
        var (first, last) = (Conv2d(3, 8, 3, padding: 1), Linear(64, 4));
        return new FunctionNetwork(x => last.call(functional.relu(first.call(before(x))).mean([3]).flatten(1)), ("first", first), ("last", last));
    }

    private static List<(string Code, string Text)> Run(SearchSettings settings, Func<Module<Tensor, Tensor>> network)
    {
        var warnings = new List<(string, string)>();
        using var result = SearchEngine.Run(new StripesModel { Network = network }, StripesSearch.Job(settings) with { Warn = (code, text) => warnings.Add((code, text)) }, _ => { }, CancellationToken.None);
        Assert.True(result.Plan.Totals.RelativeBops <= settings.Budget.RelativeBops);
        return warnings;
    }
}
