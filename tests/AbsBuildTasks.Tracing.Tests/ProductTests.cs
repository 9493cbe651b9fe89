using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Products that no layer runs are found, named by the modules in which they run, and counted for one example.</summary>
public sealed class ProductTests
{
    private const int Examples = 10;

    /// <summary>Networks on six steps of eight features, and their products, worked by hand.</summary>
    public static TheoryData<string, string[]> Found { get; } = new()
    {
        // Two heads of four features: each step with each other.
        { "attention", ["heads.matmul matmul 288", "heads.matmul_2 matmul 288"] },
        { "scaled", ["heads.scaled_dot_product_attention scaled_dot_product_attention 576"] },
        { "bmm", ["bmm bmm 288"] },

        // All combinations of i, j and k.
        { "einsum", ["einsum einsum 288"] },
        { "einsum of three", ["einsum einsum 576"] },

        // Each of 6·8 values by one of another layer; not what is scaled by a number.
        { "gate", ["mul mul 48"] },
        { "gate in place", ["mul mul 48"] },
        { "gated linear unit", ["glu glu 24"] },
        { "gate on top", ["addcmul addcmul 48"] },
        { "division", ["div div 48"] },

        // A shift by a number times the network's own, and a mean, are scaled.
        { "scaling", [] },

        // By parameters of the network's own: 6·8·3, and at four places 3·8·3.
        { "linear", ["linear linear 144"] },
        { "matmul", ["inner.matmul matmul 144"] },
        { "convolution", ["conv1d conv1d 288"] },
        // One query of the network's own, which looks at six steps.
        { "own query", ["matmul matmul 48", "matmul_2 matmul 48"] },
        { "layers alone", [] },
    };

    [Theory]
    [MemberData(nameof(Found))]
    public void Products_are_what_a_hand_counts(string name, string[] expected) => Assert.Equal(expected.Select(product => product + " at 32"), Rewritten.Run<string[]>(Survey, name, false));

    /// <summary>The same where sums run on integers: of which products both values are bytes then.</summary>
    public static TheoryData<string, string> Bits { get; } = new()
    {
        { "attention", "8 8" },
        { "scaled", "8" },
        { "bmm", "8" },

        // By letters, too, where they say a product of matrices.
        { "einsum", "8" },
        { "einsum of three", "32" },

        // No runtime multiplies value by value on integers where the result is not one of them.
        { "gate", "32" },

        // A parameter's other side is no layer's input.
        { "linear", "32" },
        { "matmul", "32" },
        { "convolution", "32" },
        { "own query", "8 8" },
    };

    [Theory]
    [MemberData(nameof(Bits))]
    public void Products_have_the_bits_at_which_the_file_runs_them(string name, string bits) =>
        Assert.Equal(bits, string.Join(' ', Rewritten.Run<string[]>(Survey, name, true).Select(product => product.Split(" at ")[1])));

    [Fact]
    public void What_comes_out_of_the_network_is_not_quantised() => Assert.Equal([32, 8], Rewritten.Run<int[]>(GivenOut));

    [Fact]
    public void A_network_that_cannot_be_recorded_says_why()
    {
        var error = Assert.Throws<RefusedException>(() => Rewritten.Run<string[]>(Survey, "branch", false));

        Assert.Equal(AbsCodes.NotExportable, error.Code);
    }

    [Fact]
    public void Looking_changes_nothing() => Assert.True(Rewritten.Run<bool>(IsSame, "attention"));

    [Theory]
    [InlineData("ij,jk->ik", 2 * 3 * 4)]
    [InlineData("bij , bkj -> bik", 2 * 3 * 4 * 3)]
    [InlineData("...ij,...jk->...ik", 5 * 2 * 3 * 4)]
    [InlineData("i...,j...->ij", 2 * 3 * 4)]
    [InlineData("ij", 0)]
    public void An_equation_multiplies_all_combinations_of_its_indices(string equation, long macs)
    {
        long[][] shapes = equation switch
        {
            "ij,jk->ik" => [[2, 3], [3, 4]],
            "...ij,...jk->...ik" => [[1, 2, 3], [5, 3, 4]],
            "i...,j...->ij" => [[2, 4], [3, 4]],
            "ij" => [[2, 3]],
            _ => [[2, 3, 4], [2, 3, 4]],
        };

        Assert.Equal(macs, EinsumSizes.Macs(equation, shapes));
    }

    private static string[] Survey(string name, bool quantizesSums)
    {
        using var scope = NewDisposeScope();
        var network = Of(name);
        return [.. ProductSurvey.Of(new ModelNetwork(network, (_, inputs) => [network.call(inputs[0])]), [rand(Examples, 6, 8)], quantizesSums).Select(product => $"{product.Name} {product.Kind} {product.Macs} at {product.Bits}")];
    }

    /// <summary>A product of what comes out, and one of what does not.</summary>
    private static int[] GivenOut()
    {
        using var scope = NewDisposeScope();
        var (first, second) = (Linear(8, 8), Linear(8, 8));
        var network = new ModelNetwork(new Named(x => x, ("first", first), ("second", second)), (_, inputs) =>
        {
            var (left, right) = (first.call(inputs[0]), second.call(inputs[0]).transpose(1, 2));
            return [left, left.bmm(right) + left.tanh().bmm(right)];
        });
        return [.. ProductSurvey.Of(network, [rand(Examples, 6, 8)], quantizesSums: true).Select(product => product.Bits)];
    }

    private static bool IsSame(string name)
    {
        using var scope = NewDisposeScope();
        var (network, examples) = (Of(name), rand(Examples, 6, 8));
        network.eval();
        var (before, parameters) = (network.call(examples), network.parameters().Select(parameter => parameter.detach().clone()).ToArray());
        _ = ProductSurvey.Of(new ModelNetwork(network, (_, inputs) => [network.call(inputs[0])]), [examples], quantizesSums: true);
        return before.eq(network.call(examples)).all().item<bool>() && network.parameters().Zip(parameters).All(pair => pair.First.eq(pair.Second).all().item<bool>());
    }

    private static Named Of(string name)
    {
        var (first, second, head, own, query) = (Linear(8, 8), Linear(8, 8), Linear(8, 2), new Parameter(rand(3, 8)), new Parameter(rand(1, 1, 8)));
        return name switch
        {
            "attention" => Beside(new Heads(isScaled: false), "heads"),
            "scaled" => Beside(new Heads(isScaled: true), "heads"),
            "bmm" => Of(x => first.call(x).bmm(second.call(x).transpose(1, 2))),
            "einsum" => Of(x => einsum("nij,nkj->nik", first.call(x), second.call(x))),
            "einsum of three" => Of(x => einsum("nij,nkj,nij->nik", first.call(x), second.call(x), first.call(x))),
            "gate" => Of(x => first.call(x).sigmoid() * second.call(x) * 2),
            "gate in place" => Of(x => first.call(x).mul_(second.call(x)).div(3)),
            "gated linear unit" => Of(x => functional.glu(second.call(first.call(x)), -1)),
            "gate on top" => Of(x => second.call(x).addcmul(first.call(x), x, 0.5)),
            "division" => Of(x => first.call(x) / (second.call(x).abs() + 1)),
            "scaling" => Of(x => first.call(x).addcmul(second.call(x), query, 0.5) / query / 2),
            "linear" => Of(x => functional.linear(second.call(first.call(x)), own)).With("own", own),
            "matmul" => Beside(new Named(x => x.matmul(own.t())).With("own", own), "inner"),
            "convolution" => Of(x => functional.conv1d(second.call(first.call(x)).transpose(1, 2), own.unsqueeze(-1).expand(3, 8, 3))).With("own", own),
            "own query" => Of(x => query.expand(x.shape[0], 1, 8).matmul(first.call(x).transpose(1, 2)).softmax(-1).matmul(second.call(x))).With("query", query),
            "branch" => Of(x => x.mean().item<float>() > 0 ? second.call(first.call(x)) : first.call(second.call(x))),
            _ => Of(x => second.call(first.call(x) * 3)),
        };

        Named Of(Func<Tensor, Tensor> function) => new(x => head.call(x.mean([1])) + function(x).flatten(1).narrow(1, 0, 2), ("first", first), ("second", second), ("head", head));

        Named Beside(Module<Tensor, Tensor> inner, string path) => new(x => head.call(x.mean([1])) + inner.call(x).flatten(1).narrow(1, 0, 2), (path, inner), ("head", head));
    }

    /// <summary>A network made of a function over named layers.</summary>
    private sealed class Named : Module<Tensor, Tensor>
    {
        private readonly Func<Tensor, Tensor> _forward;

        public Named(Func<Tensor, Tensor> forward, params (string Name, Module Layer)[] layers)
            : base(nameof(Named))
        {
            _forward = forward;
            foreach (var (name, layer) in layers)
            {
                register_module(name, layer);
            }
        }

        public override Tensor forward(Tensor input) => _forward(input);

        public Named With(string name, Parameter parameter)
        {
            register_parameter(name, parameter);
            return this;
        }
    }

    /// <summary>Attention of two heads.</summary>
    private sealed class Heads : Module<Tensor, Tensor>
    {
        private readonly Linear all = Linear(8, 24);
        private readonly bool _isScaled;

        public Heads(bool isScaled)
            : base(nameof(Heads))
        {
            _isScaled = isScaled;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var parts = all.call(input).reshape(input.shape[0], input.shape[1], 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0);
            return _isScaled
                ? functional.scaled_dot_product_attention(parts[0], parts[1], parts[2])
                : parts[0].matmul(parts[1].transpose(-2, -1)).div(2).softmax(-1).matmul(parts[2]);
        }
    }
}
