using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Import;

/// <summary>Whole networks give what ONNX Runtime gives, and are networks like others.</summary>
public sealed class NetworkTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(nameof(OnnxNetworks.Residual), 1)]
    [InlineData(nameof(OnnxNetworks.Residual), 5)]
    [InlineData(nameof(OnnxNetworks.Mobile), 3)]
    [InlineData(nameof(OnnxNetworks.Attention), 1)]
    [InlineData(nameof(OnnxNetworks.Attention), 3)]
    [InlineData(nameof(OnnxNetworks.UNet), 2)]
    [InlineData(nameof(OnnxNetworks.Audio), 4)]
    public void A_network_gives_what_ONNX_Runtime_gives(string name, long batch) => OnnxRuntime.Compare(Make(name), Example(name, batch));

    [Theory]
    [InlineData(nameof(OnnxNetworks.Residual), "conv1 layer0_conv1 layer0_conv2 layer1_conv1 layer1_conv2 fc")]
    [InlineData(nameof(OnnxNetworks.Mobile), "features_0_0 features_1_0 features_1_1 features_1_2 fc")]
    [InlineData(nameof(OnnxNetworks.Attention), "query key value out up down")]
    [InlineData(nameof(OnnxNetworks.UNet), "down1 down2 down3 up1 up2 last")]
    [InlineData(nameof(OnnxNetworks.Audio), "conv1 conv2 fc")]
    public void The_search_sees_the_layers_under_names_from_the_file(string name, string layers)
    {
        using var network = OnnxRuntime.Load(Make(name));

        var probe = Traced.Probe(network, Example(name, 2));

        Assert.Equal(layers, string.Join(' ', probe.Layers.Select(layer => layer.Shape.Name)));
    }

    [Theory]
    [InlineData(nameof(OnnxNetworks.Residual))]
    [InlineData(nameof(OnnxNetworks.Attention))]
    public void Two_networks_of_one_file_are_equal_and_their_own(string name)
    {
        var model = Make(name);
        using var first = OnnxRuntime.Load(model);
        using var second = OnnxRuntime.Load(model);

        var (left, right) = (first.state_dict(), second.state_dict());
        Assert.Equal(left.Keys, right.Keys);
        Assert.All(left, pair => Assert.True(pair.Value.eq(right[pair.Key]).all().item<bool>()));
        using (no_grad())
        {
            foreach (var parameter in first.parameters())
            {
                _ = parameter.zero_();
            }
        }

        Assert.All(second.parameters(), parameter => Assert.True(parameter.abs().sum().item<float>() > 0));
    }

    [Fact]
    public void A_network_learns()
    {
        using var network = OnnxRuntime.Load(OnnxNetworks.Residual());
        var (images, labels) = (Example(nameof(OnnxNetworks.Residual), 16), arange(16, ScalarType.Int64) % 4);
        using var optimizer = optim.Adam(network.parameters(), 0.01);
        List<float> losses = [];
        for (var step = 0; step < 20; step++)
        {
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(network.call(images), labels);
            loss.backward();
            _ = optimizer.step();
            losses.Add(loss.item<float>());
        }

        Assert.True(losses[^1] < losses[0] / 2, string.Join(" ", losses));
    }

    [Fact]
    public void A_bias_behind_a_product_belongs_to_the_layer()
    {
        var graph = new OnnxGraphBuilder();
        var model = graph.Model(OnnxNetworks.Linear(graph, "fc", graph.Input("x", 5), 5, 3));
        using var network = OnnxRuntime.Load(model);

        var layer = Assert.IsType<TorchSharp.Modules.Linear>(Assert.Single(network.children()));

        Assert.Equal([3], layer.bias!.shape);
        OnnxRuntime.Compare(model, rand(4, 5));
    }

    [Fact]
    public void A_product_that_is_used_twice_keeps_its_sum()
    {
        var graph = new OnnxGraphBuilder();
        var product = graph.Add("MatMul", [graph.Input("x", 5), graph.Weight("w", 5, 3)]);
        OnnxRuntime.Compare(graph.Model(graph.Add("Mul", [product, graph.Add("Add", [product, graph.Weight("b", 3)])])), rand(4, 5));
    }

    [Fact]
    public void Nodes_with_the_same_weights_are_one_layer()
    {
        var graph = new OnnxGraphBuilder();
        var (weight, first) = (graph.Weight("shared.weight", 4, 4), graph.Input("x", 4));
        var second = graph.Add("Relu", [graph.Add("MatMul", [first, weight])]);
        var model = graph.Model(graph.Add("MatMul", [second, weight]));
        using var network = OnnxRuntime.Load(model);

        Assert.Equal("shared", Assert.Single(network.named_children()).name);
        OnnxRuntime.Compare(model, rand(3, 4));
    }

    [Fact]
    public void A_network_of_several_inputs_and_outputs_runs()
    {
        var graph = new OnnxGraphBuilder();
        var (left, right) = (graph.Input("left", 4), graph.Input("right", 4));
        var sum = graph.Add("Add", [graph.Add("MatMul", [left, graph.Weight("a.weight", 4, 4)]), right]);
        var model = graph.Model(sum, graph.Add("Relu", [sum]), left);
        Tensor[] inputs = [rand(3, 4), rand(3, 4)];

        OnnxRuntime.Compare(model, inputs);
        using var network = OnnxRuntime.Load(model);
        Assert.Equal(3, ((IAbsModel)new StripesModel()).Forward(network, inputs).Count);
        Assert.Contains("call Run", Assert.Throws<InvalidOperationException>(() => network.forward(inputs[0])).Message, StringComparison.Ordinal);
        Assert.Contains("has 2 inputs (left, right), but is given 1", Assert.Throws<InvalidOperationException>(() => network.Run([inputs[0]])).Message, StringComparison.Ordinal);
        Assert.All(inputs, input => Assert.False(input.IsInvalid));
    }

    [Fact]
    public void A_file_for_one_example_takes_more_where_only_its_shapes_say_one()
    {
        var graph = new OnnxGraphBuilder { Batch = 1 };
        var flat = graph.Add("Reshape", [graph.Input("x", 2, 3), graph.Ints("shape", 1, -1)]);
        var bytes = graph.Model(graph.Add("MatMul", [flat, graph.Weight("fc.weight", 6, 4)])).ToBytes();
        using var network = OnnxRuntime.Load(bytes);
        var examples = rand(3, 2, 3);

        var all = network.call(examples);

        Assert.Equal([3, 4], all.shape);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(all[i].allclose(OnnxRuntime.Run(bytes, [examples.narrow(0, i, 1)])[0][0]));
        }
    }

    [Fact]
    public void Weights_of_half_precision_are_computed_in_single()
    {
        var graph = new OnnxGraphBuilder();
        var single = graph.Add("Cast", [graph.Halves("w", [2, 2], [1, 2.5f, -3, 4])], new OnnxAttribute("to", 1L));
        var model = graph.Model(graph.Add("MatMul", [graph.Input("x", 2), single]));

        OnnxRuntime.Compare(model, rand(3, 2));
        using var network = OnnxRuntime.Load(model);
        Assert.All(network.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
        Assert.Single(network.children());
    }

    [Fact]
    public void Quantised_weights_become_weights_again()
    {
        var graph = new OnnxGraphBuilder();
        var levels = graph.Add("Cast", [graph.Constant("levels", [2, 3], [1, -2, 3, 4, -5, 6])], new OnnxAttribute("to", 3L));
        var weight = graph.Add("DequantizeLinear", [levels, graph.Constant("scales", [2], [0.5f, 0.25f])], new OnnxAttribute("axis", 0L));
        OnnxRuntime.Compare(graph.Model(graph.Add("Gemm", [graph.Input("x", 3), weight], new OnnxAttribute("transB", 1L))), rand(3, 3));
    }

    [Fact]
    public void Nodes_in_another_order_give_the_same_network()
    {
        var graph = OnnxNetworks.Residual();
        var reversed = new OnnxModel
        {
            IrVersion = graph.IrVersion,
            Opsets = graph.Opsets,
            Graph = new OnnxGraph { Nodes = [.. graph.Graph.Nodes.Reverse()], Initializers = graph.Graph.Initializers, Inputs = graph.Graph.Inputs, Outputs = graph.Graph.Outputs },
        };
        using var first = OnnxRuntime.Load(graph);
        using var second = OnnxRuntime.Load(reversed);

        Assert.Equal(first.state_dict().Keys, second.state_dict().Keys);
    }

    [Fact]
    public void A_failure_names_the_node()
    {
        using var network = OnnxRuntime.Load(OnnxNetworks.Residual());

        var failure = Assert.Throws<InvalidOperationException>(() => network.call(rand(2, 4, 8, 8)));

        Assert.StartsWith("node '/block/Conv_0' (Conv) of '", failure.Message, StringComparison.Ordinal);
    }

    private static OnnxModel Make(string name) => (OnnxModel)typeof(OnnxNetworks).GetMethod(name)!.Invoke(null, null)!;

    private static Tensor Example(string name, long batch)
    {
        _ = manual_seed(batch);
        return name switch
        {
            nameof(OnnxNetworks.Residual) => rand(batch, 3, 8, 8),
            nameof(OnnxNetworks.Attention) => randint(11, [batch, 6], ScalarType.Int64),
            nameof(OnnxNetworks.Audio) => randn(batch, 1, 160),
            _ => rand(batch, 3, 16, 16),
        };
    }
}
