using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Layers;

/// <summary>Which parameters that no layer has take part, and with which bits.</summary>
public class OwnParameterTests
{
    // With two biases the layer has 1,996 parameters.
    private const int Inputs = 997;

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void A_parameter_takes_part_if_it_is_a_thousandth_of_the_network(int others, bool takesPart)
    {
        using var scope = NewDisposeScope();
        using var network = Around(new Parameter(ones(2)), new Parameter(ones(others, dtype: ScalarType.Float64)));
        var probe = Traced.Probe(network, rand(2, Inputs));

        Assert.Equal(takesPart ? ["head", "own0"] : ["head"], probe.Layers.Select(layer => layer.Shape.Name));

        // Of what stays only that is named which is as large.
        Assert.Equal(takesPart ? ["own1"] : ["own0", "own1"], probe.Rest.Select(part => part.Name));
        Assert.Equal(["own1 (Parameter: not float32)"], probe.LeftAlone);
    }

    [Theory]
    [InlineData("2;4;8", null, "8", "2;4;8")]
    [InlineData("2;4;8;16", null, "8;16", "2;4;8;16")]
    [InlineData("2;4", null, "4", "2;4")]
    [InlineData("2;4;8", "own*:2/32", "2", "2")]
    public void A_vector_has_eight_bits_or_more_where_nobody_asks_for_fewer(string bits, string? rule, string vector, string table)
    {
        using var scope = NewDisposeScope();
        using var network = Around(new Parameter(randn(1, 1, Inputs)), new Parameter(randn(2, Inputs)));
        var settings = Compressed.Everything with { Bits = BitChain.Parse(bits), Layers = rule is null ? LayerRules.None : LayerRules.Parse(rule) };
        using var compressed = Compressed.Of(network, rand(2, Inputs), settings);

        Assert.Equal([vector, table], compressed.Layers.Skip(1).Select(layer => layer.Weights.Chain.ToString()));
        Assert.All(compressed.Layers.Skip(1), layer => Assert.False(layer.Activations.IsQuantized));
    }

    [Fact]
    public void The_first_and_last_layer_are_those_that_run()
    {
        using var scope = NewDisposeScope();
        var (first, middle, last, own) = (Linear(4, 4), Linear(4, 4), Linear(4, 2), new Parameter(randn(4, 4)));
        using var network = new FunctionNetwork(x => last.call(middle.call(first.call(x).matmul(own))), ("first", first), ("middle", middle), ("last", last)).With("own", own);
        using var compressed = Compressed.Of(network, rand(3, 4), Compressed.Everything with { KeepFirstAndLast = true });

        Assert.Equal([1, 3, 1, 3], compressed.Layers.Select(layer => layer.Weights.Chain.Count));
    }

    [Fact]
    public void A_parameter_with_two_names_is_one_layer_and_one_in_the_memory_of_another_stays()
    {
        using var scope = NewDisposeScope();
        var (twice, whole, head) = (new Parameter(randn(4, 4)), new Parameter(randn(8, 4)), Linear(4, 2));
        var half = new Parameter(whole.detach()[..4], requires_grad: false);
        var inner = new FunctionNetwork(x => x.matmul(twice)).With("twice", twice);
        using var network = new FunctionNetwork(x => head.call(inner.call(x).matmul(twice) + x.matmul(half)), ("inner", inner), ("head", head)).With("again", twice).With("whole", whole).With("half", half);
        var probe = Traced.Probe(network, rand(3, 4));

        Assert.Equal(["head", "inner.twice"], probe.Layers.Select(layer => layer.Shape.Name));
        Assert.Equal(["half (Parameter: in the memory of another tensor)", "whole (Parameter: in the memory of another tensor)"], probe.LeftAlone.Order(StringComparer.Ordinal));
    }

    /// <summary>A move to another device takes tensors apart, as one to another type does.</summary>
    [Fact]
    public void A_parameter_that_lay_in_the_memory_of_another_where_it_was_made_stays_wherever_it_is()
    {
        using var scope = NewDisposeScope();
        var (whole, head) = (new Parameter(randn(8, 4)), Linear(4, 2));
        var half = new Parameter(whole.detach()[..4], requires_grad: false);
        using var network = new FunctionNetwork(x => head.call(x), ("head", head)).With("whole", whole).With("half", half);
        var made = SharedWeights.Overlapping(network);
        _ = network.to(ScalarType.Float64).to(ScalarType.Float32);

        Assert.Equal(["half", "whole"], made.Order(StringComparer.Ordinal));
        Assert.All(Causes(made), cause => Assert.Equal(LeftAloneCause.InOthersMemory, cause));
        Assert.All(Causes(null), cause => Assert.Equal(LeftAloneCause.NotInOutputs, cause));

        IEnumerable<string> Causes(IReadOnlySet<string>? known)
        {
            var causes = NetworkProbe.Run(Traced.Model(network) with { Overlapping = known }, [rand(3, 4)]).Causes;
            return [causes["whole"], causes["half"]];
        }
    }

    [Theory]
    [InlineData("transposed parameter")]
    [InlineData("transposed buffer")]
    [InlineData("column")]
    public void A_parameter_and_a_view_of_it_both_stay(string view)
    {
        using var scope = NewDisposeScope();
        var (whole, head) = (new Parameter(randn(4, 4)), Linear(4, 2));
        var values = view == "column" ? whole.detach()[.., 1] : whole.detach().t();
        var other = view == "transposed buffer" ? values : new Parameter(values, requires_grad: false);
        using var network = new FunctionNetwork(x => head.call(x.matmul(whole) + x * other.mean()), ("head", head)).With("whole", whole);
        if (other is Parameter parameter)
        {
            _ = network.With("other", parameter);
        }
        else
        {
            network.register_buffer("other", other);
        }

        Assert.Equal(["head"], Traced.Probe(network, rand(3, 4)).Layers.Select(layer => layer.Shape.Name));
    }

    [Fact]
    public void Views_of_one_tensor_that_do_not_meet_take_part()
    {
        using var scope = NewDisposeScope();
        var (all, head) = (randn(8, 4), Linear(4, 2));
        Parameter upper = new(all[..4]), lower = new(all[4..]);
        using var network = new FunctionNetwork(x => head.call(x.matmul(upper) + x.matmul(lower)), ("head", head)).With("upper", upper).With("lower", lower);

        Assert.Equal(["head", "upper", "lower"], Traced.Probe(network, rand(3, 4)).Layers.Select(layer => layer.Shape.Name));
    }

    [Fact]
    public void A_buffer_that_is_a_transposed_view_of_a_layers_weight_is_refused()
    {
        using var scope = NewDisposeScope();
        var head = Linear(4, 2);
        using var network = new FunctionNetwork(x => head.call(x), ("head", head));
        network.register_buffer("turned", head.weight!.detach().t());

        Assert.StartsWith("head.weight and turned are one parameter", Assert.Throws<AbsException>(() => Traced.Probe(network, rand(3, 4))).Message, StringComparison.Ordinal);
    }

    /// <summary>As prototypes, which loss and metric compare the outputs with.</summary>
    [Fact]
    public void A_parameter_that_the_outputs_do_not_depend_on_stays()
    {
        using var scope = NewDisposeScope();
        var (places, prototypes, head) = (new Parameter(randn(4)), new Parameter(randn(4, 4)), Linear(4, 2));
        using var network = new FunctionNetwork(x => head.call(x + places), ("head", head)).With("places", places).With("prototypes", prototypes);
        var before = network.parameters().Select(parameter => parameter.detach().clone()).ToArray();
        var probe = Traced.Probe(network, rand(3, 4));

        Assert.Equal(["head", "places"], probe.Layers.Select(layer => layer.Shape.Name));
        Assert.Equal(["prototypes (Parameter: the outputs do not depend on it)"], probe.LeftAlone);
        Assert.All(network.parameters().Zip(before), pair => Assert.True(pair.First.eq(pair.Second).all().item<bool>()));
    }

    [Theory]
    [InlineData("factor")]
    [InlineData("layer")]
    [InlineData("output")]
    public void A_parameter_takes_part_also_if_zeros_hide_it_at_the_start_or_it_is_the_output(string how)
    {
        using var scope = NewDisposeScope();
        var (own, factor, head) = (new Parameter(randn(4, 4)), new Parameter(zeros(1)), Linear(4, 2));
        if (how == "layer")
        {
            using var noGradient = no_grad();
            _ = head.weight!.zero_();
        }

        using var network = new FunctionNetwork(
            x => how switch
            {
                "factor" => head.call(x + (factor * x.matmul(own))),
                "layer" => head.call(x.matmul(own)),
                _ => head.call(x).shape[0] > 0 ? own : x,
            },
            ("head", head)).With("own", own).With("factor", factor);

        Assert.Equal(["head", "own"], Traced.Probe(network, rand(4, 4)).Layers.Select(layer => layer.Shape.Name));
    }

    [Fact]
    public void Small_lists_of_parameters_are_not_named_either()
    {
        using var scope = NewDisposeScope();
        Parameter one = new(ones(1)), other = new(ones(1));
        var head = Linear(Inputs, 2);
        using var network = new FunctionNetwork(x => head.call(x) + one + other, ("head", head), ("list", ParameterList(one)), ("dict", ParameterDict(("only", other))));
        var probe = Traced.Probe(network, rand(2, Inputs));

        Assert.Equal(["list (ParameterList: a single number)", "dict (ParameterDict: a single number)"], probe.Rest.Select(probe.Words));
        Assert.Empty(probe.LeftAlone);
    }

    [Fact]
    public void Zeros_train()
    {
        using var scope = NewDisposeScope();
        var (own, head) = (new Parameter(zeros(3, 4)), Linear(4, 2));
        using var network = new FunctionNetwork(x => head.call(x + own), ("head", head)).With("own", own);
        using var compressed = Compressed.Of(network, rand(5, 3, 4));
        network.train();
        compressed.Run(rand(5, 3, 4)).square().sum().backward();
        compressed.CollectGradients();

        Assert.NotEqual(0, own.grad!.abs().sum().item<float>());
    }

    /// <summary>head – all parameters beside it.</summary>
    private static FunctionNetwork Around(params Parameter[] own)
    {
        var head = Linear(Inputs, 2);
        var network = new FunctionNetwork(x => head.call(x) + own.Select(parameter => parameter.sum().to(ScalarType.Float32)).Aggregate((sum, next) => sum + next), ("head", head));
        foreach (var (i, parameter) in own.Index())
        {
            _ = network.With(FormattableString.Invariant($"own{i}"), parameter);
        }

        return network;
    }
}
