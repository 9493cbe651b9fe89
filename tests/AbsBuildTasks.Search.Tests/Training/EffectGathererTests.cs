using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Training;

public class EffectGathererTests
{
    [Theory]
    [InlineData("norm")]
    [InlineData("skip")]
    [InlineData("sum")]
    [InlineData("concatenation")]
    [InlineData("two norms")]
    public void A_filter_is_worth_what_the_loss_changes_without_it_where_all_is_linear(string structure)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(3);
        var (a, b, norm, second, head) = (Conv2d(3, 4, 3), Conv2d(3, 4, 3), BatchNorm2d(structure == "concatenation" ? 8 : 4), BatchNorm2d(4), Linear(structure == "concatenation" ? 8 : 4, 2));
        var network = new FunctionNetwork(
            x => head.call((structure switch
            {
                "norm" => norm.call(a.call(x)),
                "skip" => Skip(a.call(x)),
                "sum" => norm.call(a.call(x) + b.call(x)),
                "concatenation" => norm.call(cat([a.call(x), b.call(x)], 1)),
                _ => second.call(norm.call(a.call(x))),
            }).mean([2, 3])),
            [("a", a), ("norm", norm), ("head", head), .. structure is "sum" or "concatenation" ? [("b", b)] : Array.Empty<(string, Module)>(), .. structure == "two norms" ? [("second", second)] : Array.Empty<(string, Module)>()]);
        Tensor Skip(Tensor x) => x + norm.call(x);
        using (no_grad())
        {
            foreach (var parameter in norm.parameters().Concat(second.parameters()))
            {
                _ = parameter.uniform_(0.5, 1.5);
            }

            network.train();
            for (var i = 0; i < 5; i++)
            {
                _ = network.call(rand(8, 3, 6, 6) + 1);
            }
        }

        var input = rand(8, 3, 6, 6);
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { Layers = LayerRules.Parse("*:32/32") });
        var largest = ReachableRange.Largest(compressed);
        var unit = compressed.FilterSets[0].Units[1];
        var without = largest.ToArray();
        foreach (var (layer, kept) in compressed.FilterSets[0].ByLayer([.. compressed.FilterSets[0].Units.Select(other => !ReferenceEquals(other, unit))]))
        {
            without[layer] = without[layer] with { Kept = kept };
        }

        network.eval();
        compressed.Freeze(without);
        var change = Loss().item<float>();
        compressed.Freeze(largest);
        change -= Loss().item<float>();
        foreach (var layer in compressed.Layers)
        {
            layer.WeighsOthers = true;
        }

        Loss().backward();
        compressed.CollectGradients();
        var estimated = compressed.Layers.Select((layer, i) => LayerEffect.Take(layer).Change(layer, largest[i], without[i])).Sum();

        Assert.True(Math.Abs(change) > 0.01);
        Assert.Equal(change, estimated, 0.01 * Math.Abs(change));

        Tensor Loss() => (compressed.Run(input) * tensor([1f, -2f])).sum();
    }
}
