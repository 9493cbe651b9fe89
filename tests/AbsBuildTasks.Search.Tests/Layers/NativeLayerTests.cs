using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Layers;

/// <summary>Modules whose arithmetic is one call inside torch, and parameters that no layer has: which weights are layers, and what each costs.</summary>
public class NativeLayerTests
{
    private const int Steps = NativeNetworks.Steps;
    private const int Width = NativeNetworks.Width;
    private const int Hidden = NativeNetworks.Hidden;

    public static TheoryData<string, string[], long[], bool[]> ByHand => new()
    {
        { "LSTM", ["body.weight_ih_l0", "body.weight_hh_l0"], [4 * Hidden * Width * Steps, 4 * Hidden * Hidden * Steps], [true, false] },
        { "GRU", ["body.weight_ih_l0", "body.weight_hh_l0"], [3 * Hidden * Width * Steps, 3 * Hidden * Hidden * Steps], [true, false] },
        { "RNN", ["body.weight_ih_l0", "body.weight_hh_l0"], [Hidden * Width * Steps, Hidden * Hidden * Steps], [true, false] },
        {
            "both ways",
            ["body.weight_ih_l0", "body.weight_hh_l0", "body.weight_ih_l0_reverse", "body.weight_hh_l0_reverse"],
            [4 * Hidden * Width * Steps, 4 * Hidden * Hidden * Steps, 4 * Hidden * Width * Steps, 4 * Hidden * Hidden * Steps],
            [false, false, false, false]
        },
        {
            "two layers",
            ["body.weight_ih_l0", "body.weight_hh_l0", "body.weight_ih_l1", "body.weight_hh_l1"],
            [3 * Hidden * Width * Steps, 3 * Hidden * Hidden * Steps, 3 * Hidden * Hidden * Steps, 3 * Hidden * Hidden * Steps],
            [true, false, false, false]
        },
        {
            "RNN both ways",
            ["body.weight_ih_l0", "body.weight_hh_l0", "body.weight_ih_l0_reverse", "body.weight_hh_l0_reverse"],
            [Hidden * Width * Steps, Hidden * Hidden * Steps, Hidden * Width * Steps, Hidden * Hidden * Steps],
            [false, false, false, false]
        },
        {
            "two layers both ways",
            ["body.weight_ih_l0", "body.weight_hh_l0", "body.weight_ih_l0_reverse", "body.weight_hh_l0_reverse", "body.weight_ih_l1", "body.weight_hh_l1", "body.weight_ih_l1_reverse", "body.weight_hh_l1_reverse"],
            [3 * Hidden * Width * Steps, 3 * Hidden * Hidden * Steps, 3 * Hidden * Width * Steps, 3 * Hidden * Hidden * Steps, 3 * Hidden * 2 * Hidden * Steps, 3 * Hidden * Hidden * Steps, 3 * Hidden * 2 * Hidden * Steps, 3 * Hidden * Hidden * Steps],
            [false, false, false, false, false, false, false, false]
        },
        { "without bias", ["body.weight_ih_l0", "body.weight_hh_l0"], [4 * Hidden * Width * Steps, 4 * Hidden * Hidden * Steps], [true, false] },
        { "last state", ["body.weight_ih_l0", "body.weight_hh_l0"], [3 * Hidden * Width * Steps, 3 * Hidden * Hidden * Steps], [true, false] },
        { "own start", ["body.weight_ih_l0", "body.weight_hh_l0"], [3 * Hidden * Width * Steps, 3 * Hidden * Hidden * Steps], [true, false] },
        { "LSTMCell", ["body.weight_ih", "body.weight_hh"], [4 * Hidden * Width * Steps, 4 * Hidden * Hidden * Steps], [true, false] },
        { "GRUCell", ["body.weight_ih", "body.weight_hh"], [3 * Hidden * Width * Steps, 3 * Hidden * Hidden * Steps], [true, false] },
        { "RNNCell", ["body.weight_ih", "body.weight_hh"], [Hidden * Width * Steps, Hidden * Hidden * Steps], [true, false] },
        { "attention", ["body.in_proj_weight", "body.out_proj.weight"], [3 * Hidden * Hidden * Steps, Hidden * Hidden * Steps], [true, false] },
        {
            "attention of three",
            ["body.q_proj_weight", "body.k_proj_weight", "body.v_proj_weight", "body.out_proj.weight"],
            [Hidden * Hidden * Steps, Hidden * Width * Steps, Hidden * Width * Steps, Hidden * Hidden * Steps],
            [true, true, true, false]
        },
        {
            "encoder",
            ["body.self_attn.in_proj_weight", "body.self_attn.out_proj.weight", "body.linear1.weight", "body.linear2.weight"],
            [3 * Hidden * Hidden * Steps, Hidden * Hidden * Steps, 8 * Hidden * Steps, 8 * Hidden * Steps],
            [false, false, false, false]
        },
        {
            "decoder",
            ["body.self_attn.in_proj_weight", "body.self_attn.out_proj.weight", "body.multihead_attn.in_proj_weight", "body.multihead_attn.out_proj.weight", "body.linear1.weight", "body.linear2.weight"],
            [3 * Hidden * Hidden * Steps, Hidden * Hidden * Steps, 3 * Hidden * Hidden * Steps, Hidden * Hidden * Steps, 8 * Hidden * Steps, 8 * Hidden * Steps],
            [false, false, false, false, false, false]
        },
        { "Bilinear", ["body"], [Hidden * Width * Width * Steps], [false] },
        { "Embedding", ["body"], [0], [false] },
        { "padding", ["body"], [0], [false] },
        { "sparse", ["body"], [0], [false] },
        { "EmbeddingBag", ["body"], [0], [false] },
        { "weighed bag", ["body"], [0], [false] },
        { "places", ["body.own"], [0], [false] },
        { "token", ["body.own"], [0], [false] },
        { "own linear", ["body.own"], [0], [false] },
        { "own convolution", ["body.own"], [0], [false] },
        { "parameter list", ["body.0"], [0], [false] },
        { "PReLU", ["body"], [0], [false] },
    };

    [Fact]
    public void Each_network_is_counted_by_hand() =>
        Assert.Equal(Names(NativeNetworks.All), Names(ByHand));

    [Theory]
    [MemberData(nameof(ByHand))]
    public void Each_weight_is_a_layer_that_costs_what_it_does_by_hand(string name, string[] layers, long[] macs, bool[] quantizesInputs)
    {
        using var scope = NewDisposeScope();
        using var network = NativeNetworks.Of(name);
        using var compressed = Compressed.Of(network, NativeNetworks.Input(name));
        var shapes = NativeNetworks.Body(compressed).Select(layer => layer.Layer.Shape).ToArray();

        Assert.Equal(layers, shapes.Select(shape => shape.Name));
        Assert.Equal(macs, shapes.Select(shape => shape.Macs));
        Assert.Equal(quantizesInputs, NativeNetworks.Body(compressed).Select(layer => layer.Activations.IsQuantized));
        Assert.Equal(macs.Select(count => count * 32 * 32), shapes.Select(shape => shape.FullPrecision(CostKind.Bops)));
        Assert.Equal(
            network.named_parameters().Where(pair => pair.name.StartsWith("body.", StringComparison.Ordinal) && !pair.name.Contains("norm", StringComparison.Ordinal) && !(name == "attention of three" && pair.name == "body.in_proj_bias")).Sum(pair => 4 * pair.parameter.numel()),
            shapes.Sum(shape => shape.FullPrecision(CostKind.Size)));
        Assert.Empty(Traced.Probe(network, NativeNetworks.Input(name)).LeftAlone);
    }

    [Fact]
    public void Attention_between_sequences_of_two_lengths_is_left_alone_and_named_as_its_cost_is_no_product()
    {
        using var scope = NewDisposeScope();
        var (attention, head) = (MultiheadAttention(Width * 2, 2), Linear(Width * 2, 2));
        using var network = new FunctionNetwork(
            x =>
            {
                var sequence = cat([x, x], -1).transpose(0, 1);
                return head.call(attention.call(sequence, sequence.narrow(0, 0, 2), sequence.narrow(0, 0, 2)).Item1.mean([0]));
            },
            ("attention", attention),
            ("head", head));
        var probe = Traced.Probe(network, NativeNetworks.Input("GRU"));

        Assert.Equal(["attention (MultiheadAttention: between sequences of several lengths)"], probe.LeftAlone);
        Assert.Equal(["head"], probe.Layers.Select(layer => layer.Shape.Name));
        Assert.Null(Traced.Map(network, NativeNetworks.Input("GRU")).Untraced);
    }

    [Theory]
    [InlineData("attention")]
    [InlineData("encoder")]
    [InlineData("decoder")]
    [InlineData("Bilinear")]
    public void Networks_around_them_are_traced(string name) => Assert.Null(Traced.Map(NativeNetworks.Of(name), NativeNetworks.Input(name)).Untraced);

    private static IEnumerable<string> Names(TheoryData rows) => rows.Cast<object[]>().Select(row => (string)row[0]).Order(StringComparer.Ordinal);
}
