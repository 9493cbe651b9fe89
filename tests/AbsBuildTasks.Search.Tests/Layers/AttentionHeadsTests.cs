using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Layers;

/// <summary>Whole heads of attention, and what is between the linear layers of a Transformer layer.</summary>
public class AttentionHeadsTests
{
    private const int Steps = NativeNetworks.Steps;
    private const int Hidden = NativeNetworks.Hidden;
    private const int Size = Hidden / 2;
    private const int Wide = 8;

    public static TheoryData<string, int, int?> Modules => new()
    {
        { "attention", 1, 12 },
        { "attention", 2, 6 },
        { "attention", 4, 3 },
        { "attention", 12, 1 },
        { "attention without bias", 3, 4 },
        { "attention with a key of its own", 3, null },
        { "attention of three", 3, null },
        { "encoder layer", 3, 4 },
        { "encoder", 6, 2 },
        { "decoder layer", 4, 3 },
        { "decoder", 3, 4 },
        { "transformer", 2, 6 },
    };

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_module_tells_how_large_its_heads_are_and_stays_as_it_is(string name, int heads, int? size)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(3);
        Module module = name switch
        {
            "attention" => MultiheadAttention(12, heads),
            "attention without bias" => MultiheadAttention(12, heads, bias: false),
            "attention with a key of its own" => MultiheadAttention(12, heads, add_bias_kv: true),
            "attention of three" => MultiheadAttention(12, heads, kdim: 5, vdim: 7),
            "encoder layer" => TransformerEncoderLayer(12, heads, 5),
            "encoder" => TransformerEncoder(TransformerEncoderLayer(12, heads, 5), 2),
            "decoder layer" => TransformerDecoderLayer(12, heads, 5),
            "decoder" => TransformerDecoder(TransformerDecoderLayer(12, heads, 5), 2),
            _ => Transformer(12, heads, 1, 1, 5),
        };
        using var noGradient = no_grad();
        foreach (var parameter in module.parameters())
        {
            _ = parameter.normal_();
        }

        var before = module.parameters().Select(parameter => parameter.clone()).ToArray();

        Assert.Equal(size, AttentionHeads.SizeIn(module));
        Assert.All(module.parameters().Zip(before), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
        Assert.True(module.training);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_part_of_a_module_stays_in_its_mode(bool trains)
    {
        using var scope = NewDisposeScope();
        var (inner, outer) = (Dropout(), Sequential());
        _ = outer.append("inner", inner);
        Module module = MultiheadAttention(12, 3);
        module.add_module("outer", outer);
        module.train(trains);
        outer.train(!trains);
        inner.train(trains);

        Assert.Equal(4, AttentionHeads.SizeIn(module));

        Assert.Equal((trains, !trains, trains), (module.training, outer.training, inner.training));
    }

    [Fact]
    public void Of_a_module_that_fails_nothing_is_told_and_it_stays_in_its_mode()
    {
        using var scope = NewDisposeScope();

        // Without values, nothing can be compared.
        Module module = MultiheadAttention(12, 3);
        _ = module.to(META);

        Assert.Null(AttentionHeads.SizeIn(module));
        Assert.True(module.training);
    }

    [Fact]
    public void A_head_is_its_rows_of_queries_keys_and_values()
    {
        using var scope = NewDisposeScope();
        using var network = NativeNetworks.Of("attention");
        using var compressed = Compressed.Of(network, NativeNetworks.Input("attention"));

        Assert.Equal([true, false, false], compressed.Map.Prunable);
        Assert.Equal(Enumerable.Range(0, Hidden).Select(channel => (IReadOnlyList<FilterIndex>)[new FilterIndex(0, channel / Size * Size)]), compressed.Map.Layers[1].Channels);
        Assert.Equal(
            Enumerable.Range(0, 2).Select(head => Enumerable.Range(0, 3).SelectMany(part => Enumerable.Range((part * Hidden) + (head * Size), Size))),
            compressed.FilterSets[0].Units.Select(unit => unit.Parts.Single().Filters));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Attention_without_a_head_gives_what_attention_of_the_others_does_and_costs_as_much(int pruned)
    {
        using var scope = NewDisposeScope();
        var input = NativeNetworks.Input("attention");
        using var network = NativeNetworks.Of("attention");
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { Layers = LayerRules.Parse("*:32/32") });
        var rows = Enumerable.Range(0, 3 * Hidden).Select(row => row % Hidden / Size != pruned).ToArray();
        var decisions = compressed.Decisions().ToArray();
        decisions[0] = decisions[0] with { Kept = rows };
        compressed.Freeze(decisions);
        network.eval();
        using var noGradient = no_grad();
        var values = network.named_parameters().ToDictionary(pair => pair.name, pair => (Tensor)pair.parameter, StringComparer.Ordinal);
        var head = Enumerable.Range(0, Hidden).Where(row => row / Size != pruned).Select(row => (long)row).ToArray();

        // The other head by hand.
        var x = cat([input, input * 0.7], -1);
        var parts = Enumerable.Range(0, 3).Select(part => functional.linear(x, Rows("body.in_proj_weight", part), Rows("body.in_proj_bias", part))).ToArray();
        var weights = functional.softmax(parts[0].matmul(parts[1].transpose(1, 2)) / Math.Sqrt(Size), -1);
        var given = functional.linear(weights.matmul(parts[2]), values["body.out_proj.weight"].index_select(1, tensor(head)), values["body.out_proj.bias"]);
        var wanted = functional.linear(given.mean([1]), values["head.weight"], values["head.bias"]);

        Assert.True(compressed.Run(input).allclose(wanted, rtol: 1e-4, atol: 1e-5));
        Assert.Equal([3 * Size * Hidden * Steps, Hidden * Size * Steps, 2 * Hidden], DecisionCost.Of(compressed, compressed.Decisions()).Select(cost => cost.Macs));

        Tensor Rows(string name, int part) => values[name].narrow(0, part * Hidden, Hidden).index_select(0, tensor(head));
    }

    [Fact]
    public void Heads_stay_where_weights_of_attention_are_looked_at()
    {
        using var scope = NewDisposeScope();
        var (attention, head) = (MultiheadAttention(Hidden, 2), Linear(Hidden + Steps, 2));
        using var network = new FunctionNetwork(
            x =>
            {
                var sequence = cat([x, x * 0.7], -1).transpose(0, 1);
                var (values, weights) = attention.call(sequence, sequence, sequence);
                return head.call(cat([values.mean([0]), weights.mean([1])], 1));
            },
            ("attention", attention),
            ("head", head));

        Assert.Equal([false, false, false], Traced.Map(network, NativeNetworks.Input("attention")).Prunable);
    }

    [Theory]
    [InlineData("encoder")]
    [InlineData("decoder")]
    public void A_Transformer_layer_without_some_of_its_wide_rows_gives_what_a_narrower_one_does(string name)
    {
        using var scope = NewDisposeScope();
        var input = NativeNetworks.Input(name);
        using var network = NativeNetworks.Of(name);
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { Layers = LayerRules.Parse("*:32/32") });
        var (wide, narrow) = (IndexOf("linear1"), IndexOf("linear2"));
        bool[] kept = [.. Enumerable.Range(0, Wide).Select(row => row % 3 > 0)];
        var decisions = compressed.Decisions().ToArray();
        decisions[wide] = decisions[wide] with { Kept = kept };
        compressed.Freeze(decisions);
        network.eval();
        using var noGradient = no_grad();
        var pruned = compressed.Run(input);

        Assert.Equal(name == "encoder" ? [true, false, true, false, false] : [true, false, true, false, true, false, false], compressed.Map.Prunable);
        Assert.Equal(kept.Count(stays => stays) * Hidden * Steps, DecisionCost.Of(compressed, compressed.Decisions())[narrow].Macs);

        // The narrower one.
        using var narrower = Narrow();
        Assert.True(narrower.call(input).allclose(pruned, rtol: 1e-4, atol: 1e-5));

        int IndexOf(string part) => compressed.Layers.ToList().FindIndex(layer => layer.Layer.Shape.Name.Contains(part, StringComparison.Ordinal));

        FunctionNetwork Narrow()
        {
            var made = NativeNetworks.Of(name, wide: kept.Count(stays => stays));
            made.eval();
            var own = network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter, StringComparer.Ordinal);
            var rows = tensor(Enumerable.Range(0, Wide).Where(row => kept[row]).Select(row => (long)row).ToArray());
            foreach (var (parameter, value) in made.named_parameters())
            {
                _ = value.copy_(parameter.Contains("linear1", StringComparison.Ordinal) ? own[parameter].index_select(0, rows) : parameter.EndsWith("linear2.weight", StringComparison.Ordinal) ? own[parameter].index_select(1, rows) : own[parameter]);
            }

            return made;
        }
    }
}
