using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Searches for a target that quantises sums, where fine-tuning cannot have the file's quantisers or has nothing to round.</summary>
public sealed class SumGivingUpTests
{
    [Theory]
    [InlineData("blocks left out in training", "the network goes another way than it was seen to go")]
    [InlineData("input in a product", "or are the network's input")]
    [InlineData("clip in place", "comes out of relu6_, and of functions in place only add_ and relu_ can be followed")]
    public void What_cannot_be_rounded_in_training_is_quantised_afterwards(string name, string why)
    {
        var (plan, _, told, _, _, tells) = SumSearch.Run(name);

        Assert.DoesNotContain("roundedValues", plan, StringComparison.Ordinal);
        Assert.Contains(why, Assert.Single(told, text => text.StartsWith("fine-tuning does not round at sums", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(tells, text => text.StartsWith("with quantised sums, as its target wants them, it has ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_chain_of_layers_has_nothing_to_round()
    {
        var (plan, _, told, _, _, tells) = SumSearch.Run("digits");

        Assert.DoesNotContain("roundedValues", plan, StringComparison.Ordinal);
        Assert.DoesNotContain(told, text => text.Contains("round", StringComparison.Ordinal));
        Assert.DoesNotContain("quantised sums", Assert.Single(tells), StringComparison.Ordinal);
    }

    [Fact]
    public void Code_that_fails_on_other_examples_than_those_of_training_does_not_end_the_search()
    {
        var (plan, _, told, _, _, _) = SumSearch.Run("residual, not of three", exported: "residual");

        Assert.DoesNotContain("roundedValues", plan, StringComparison.Ordinal);
        Assert.EndsWith("the plan's metric is without that: no three examples", Assert.Single(told, text => text.StartsWith("fine-tuning does not round at sums", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Giving_up_is_told_before_a_first_fit_too()
    {
        var told = Rewritten.Run<string[]>(ToldBeforeFit);

        Assert.EndsWith("the network goes another way than it was seen to go", Assert.Single(told), StringComparison.Ordinal);
    }

    /// <summary>What a search tells that goes on within an epoch, with values that the network does not have.</summary>
    private static string[] ToldBeforeFit()
    {
        using var scope = NewDisposeScope();
        var (told, example, layer) = (new List<string>(), ones(2, 4), Linear(4, 3));
        using var network = new FunctionNetwork(layer.call, layer);
        var model = new ModelNetwork(network, (_, inputs) => [network.call(inputs[0])]);
        var probe = NetworkProbe.Run(model, [example]);
        using var compressed = new CompressedNetwork(model, probe, ChannelTrace.Run(model, probe, [example]), SumSearch.Job().Settings);
        compressed.Calibrate([[example]]);
        compressed.Rounding.Set([new PackedValue("THSTensor_add", 0, 0, 1, 0)], new Dictionary<string, int> { ["THSTensor_add"] = 100 });

        _ = new SumFitting(new RunSetup(null!, SumSearch.Job() with { Tell = told.Add }, null!, null!, null!, null!, null!, null!, _ => { }, _ => { }, CancellationToken.None), compressed);
        _ = compressed.Run([example]);

        return [.. told];
    }
}
