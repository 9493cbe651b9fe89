using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Structure;

/// <summary>Weights that are used in two places.</summary>
public class LooseWeightsTests
{
    [Theory]
    [InlineData("function")]
    [InlineData("transposed")]
    [InlineData("bias")]
    [InlineData("depthwise")]
    [InlineData("norm")]
    public void A_parameter_that_is_used_beside_its_layer_is_refused(string use)
    {
        var (a, b, c) = (Linear(4, 4), Linear(4, 4), Linear(4, 2));
        var (depthwise, norm) = (Conv1d(4, 4, 1, groups: 4), BatchNorm1d(4));
        using var network = new FunctionNetwork(
            x =>
            {
                x = norm.call(depthwise.call(b.call(functional.relu(a.call(x))).unsqueeze(-1)).squeeze(-1));
                x = use switch
                {
                    "function" => functional.linear(x, b.weight),
                    "transposed" => x.matmul(b.weight!),
                    "bias" => x + b.bias!,
                    "depthwise" => x * depthwise.weight!.sum(),
                    _ => x * norm.weight!,
                };
                return c.call(x);
            },
            ("a", a),
            ("b", b),
            ("depthwise", depthwise),
            ("norm", norm),
            ("c", c));

        var error = Assert.Throws<AbsException>(() => Traced.Map(network, rand([4, 4])));

        Assert.Equal(AbsCodes.UnsupportedLayer, error.Code);
        Assert.StartsWith($"The network uses a parameter of layer '{(use is "depthwise" or "norm" ? use : "b")}' beside the layer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_tied_to_an_embedding_is_refused_with_both_names()
    {
        using var scope = NewDisposeScope();
        var (words, logits) = (Embedding(5, 4), Linear(4, 5, hasBias: false));
        logits.weight = words.weight!;
        using var network = new FunctionNetwork(x => logits.call(words.call(x)), ("words", words), ("logits", logits));

        var error = Assert.Throws<AbsException>(() => Traced.Probe(network, randint(5, [3, 2])));

        Assert.Equal((AbsCodes.UnsupportedLayer, "logits.weight and words.weight are one parameter, which cannot be compressed for one layer and not for another; give each layer weights of its own, or call one layer twice."), (error.Code, error.Message));
    }

    [Fact]
    public void A_weight_that_is_a_view_of_other_values_is_refused()
    {
        using var scope = NewDisposeScope();
        var layer = Linear(4, 4, hasBias: false);
        layer.weight = new TorchSharp.Modules.Parameter(rand(4, 4).t());
        using var network = new FunctionNetwork(x => layer.call(x), ("layer", layer));

        var error = Assert.Throws<AbsException>(() => Traced.Probe(network, rand([3, 4])));

        Assert.Equal((AbsCodes.UnsupportedLayer, "layer.weight is a view of other values, such as a transposed tensor; make it of contiguous() of its values."), (error.Code, error.Message));
    }

    [Fact]
    public void One_module_under_two_names_is_one_layer()
    {
        var (a, b) = (Linear(4, 4), Linear(4, 2));
        using var network = Sequential(("first", a), ("all", Sequential(("again", a), ("last", b))));

        Assert.Equal(["first", "all.last"], Traced.Probe(network, rand([3, 4])).Layers.Select(layer => layer.Shape.Name));
    }
}
