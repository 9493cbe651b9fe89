using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Structure;

/// <summary>What the search leaves alone is counted whole: parameters, and multiply-accumulates of modules that are one call inside torch.</summary>
public class RestTests
{
    private const int Steps = 5;
    private const int Width = 4;

    // Beside which modules that are one call inside torch take no part.
    private static readonly LayerKinds Plain = new(new ConvolutionKind(), new TransposedConvolutionKind(), new LinearKind(), new BatchNormKind(), new InstanceNormKind());

    /// <summary>Modules on five steps of four features, and what an inference of one example has of them, worked by hand.</summary>
    public static TheoryData<string, long, long> Natives { get; } = new()
    {
        // Four gates of 3 units: 4·3·4 inputs, 4·3·3 states, two biases of 12.
        { "LSTM", 48 + 36 + 24, Steps * (48 + 36) },

        // Three gates of 3 units, both ways.
        { "GRU", 2 * (36 + 27 + 18), Steps * 2 * (36 + 27) },

        // Two layers; the second one has 3 inputs.
        { "RNN", 12 + 9 + 6 + 9 + 9 + 6, Steps * (12 + 9 + 9 + 9) },

        // A step for each of the five.
        { "LSTMCell", 48 + 36 + 24, Steps * (48 + 36) },
        { "Bilinear", (2 * 4 * 4) + 2, Steps * 2 * 4 * 4 },

        // Four matrices of 4·4 on each step; each step with each other, twice.
        { "MultiheadAttention", (4 * 16) + 16, (Steps * 4 * 16) + (2 * Steps * Steps * Width) },

        // Keys and values of 3 features, three of them.
        { "cross attention", (16 + 12 + 12 + 16) + 12 + 4, (Steps * 2 * 16) + (3 * (12 + 12)) + (2 * Steps * 3 * Width) },

        // Attention, 4·8 and 8·4, and two normalisations.
        { "TransformerEncoderLayer", 80 + 40 + 36 + 16, (Steps * (64 + 64)) + 200 },

        // Itself, and a memory of three: its queries and results are five, its keys and values three.
        { "TransformerDecoderLayer", 160 + 40 + 36 + 24, (Steps * 64) + 200 + (Steps * 32) + (3 * 32) + (2 * Steps * 3 * Width) + (Steps * 64) },

        // One layer each, and a normalisation behind both.
        { "Transformer", 80 + 40 + 36 + 16 + 8 + 160 + 40 + 36 + 24 + 8, (Steps * 128) + 200 + (Steps * 64) + 200 + (Steps * 64) + 200 + (Steps * 64) },
        { "Embedding", 10 * 4, 0 },
        { "PReLU", 1, 0 },
        { "LayerNorm", 8, 0 },
        { "GroupNorm", 10, 0 },
    };

    [Theory]
    [MemberData(nameof(Natives))]
    public void A_module_has_the_parameters_and_products_that_a_hand_counts(string kind, long parameters, long macs)
    {
        using var scope = NewDisposeScope();
        var (module, run) = Native(kind);
        var head = Linear(Width, 2);
        using var network = new FunctionNetwork(x => head.call(run(x) * x.mean([1])), ("head", head), ("it", module));

        var part = Assert.Single(Probe(network, rand(3, Steps, Width)).Rest);
        Assert.Equal(new RestPlan { Name = "it", Kind = module.GetType().Name, Parameters = parameters, Macs = macs }, part);
    }

    [Fact]
    public void A_network_that_takes_no_batch_of_one_is_counted_for_one_all_the_same()
    {
        using var scope = NewDisposeScope();
        var (gru, head) = (GRU(Width, 3, batchFirst: true), Linear(Width, 2));
        using var network = new FunctionNetwork(
            x => x.shape[0] > 1 ? head.call(x.mean([1]) * gru.call(x).Item1.mean()) : throw new InvalidOperationException("one"),
            ("gru", gru),
            ("head", head));

        Assert.Equal(Steps * (36 + 27), Assert.Single(Probe(network, rand(4, Steps, Width)).Rest).Macs);
    }

    [Fact]
    public void Own_parameters_that_are_no_layers_are_counted_once_by_their_paths()
    {
        using var scope = NewDisposeScope();
        var shared = new TorchSharp.Modules.Parameter(ones(3));
        var inner = new FunctionNetwork(x => x).With("scale", new TorchSharp.Modules.Parameter(ones(4, 2))).With("shared", shared);
        var head = Linear(Width, 2);
        using var network = new FunctionNetwork(x => head.call(x), ("inner", inner), ("head", head)).With("shift", new TorchSharp.Modules.Parameter(zeros(5))).With("again", shared);

        Assert.Equal(
            [("shift", 5), ("again", 3), ("inner.scale", 8)],
            Probe(network, rand(2, Width)).Rest.Select(part => (part.Name, (int)part.Parameters)));
    }

    [Fact]
    public void Modules_that_never_ran_have_parameters_and_are_told_where_their_products_are_missing()
    {
        using var scope = NewDisposeScope();
        var (gru, words, head) = (GRU(Width, 3), Embedding(10, 4), Linear(Width, 2));
        using var network = new FunctionNetwork(x => head.call(x), ("gru", gru), ("words", words), ("head", head));
        var probe = Probe(network, rand(2, Width));

        Assert.Equal([("gru", 81, 0), ("words", 40, 0)], probe.Rest.Select(part => (part.Name, (int)part.Parameters, (int)part.Macs)));
        Assert.Equal(["gru"], probe.Unseen);
    }

    [Theory]
    [InlineData("MultiheadAttention", 0, 2 * Steps * Steps * Width)]
    [InlineData("TransformerEncoderLayer", 16, 2 * Steps * Steps * Width)]
    public void Beside_matrices_that_take_part_norms_and_products_are_the_rest(string kind, long parameters, long macs)
    {
        using var scope = NewDisposeScope();
        var (module, run) = Native(kind);
        var head = Linear(Width, 2);
        using var network = new FunctionNetwork(x => head.call(run(x) * x.mean([1])), ("head", head), ("it", module));
        var probe = Traced.Probe(network, rand(3, Steps, Width));

        Assert.Equal(new RestPlan { Name = "it.rest", Kind = $"rest of {kind}", Parameters = parameters, Macs = macs }, Assert.Single(probe.Rest));
        Assert.Empty(probe.LeftAlone);
    }

    [Fact]
    public void A_part_says_why_the_search_leaves_it_alone()
    {
        using var scope = NewDisposeScope();
        var (words, norm, head) = (Embedding(10, Width), LayerNorm(Width), Linear(Width, 2));
        using var network = new FunctionNetwork(x => head.call(norm.call(x)), ("words", words), ("norm", norm), ("head", head));
        var probe = Probe(network, rand(2, Width));

        Assert.Equal(["words (Embedding: the search knows no such layer)", "norm (LayerNorm: a normalisation)"], probe.Rest.Select(probe.Words));
        Assert.Equal(["words (Embedding: the search knows no such layer)"], probe.LeftAlone);
        Assert.Equal("dots (matmul: a product of activations)", probe.Words(new() { Name = "dots", Kind = "matmul", Parameters = 0, Macs = 16, Bits = 8 }));
    }

    private static NetworkProbe Probe(Module<Tensor, Tensor> network, Tensor example) => NetworkProbe.Run(Traced.Model(network), [example], Plain);

    /// <summary>Where a delivered file has a batch normalisation of its own, and where a layer has it.</summary>
    public static TheoryData<string, bool> Norms { get; } = new()
    {
        { "behind a convolution", true },
        { "behind a linear layer", true },
        { "behind dropout", true },
        { "of a batch's own statistics", false },
        { "behind an activation", false },
        { "before all", false },
        { "twice behind one layer", false },
        { "beside a sum", false },
        { "behind a layer that runs twice", false },
        { "behind a grouped transposed convolution", false },
        { "behind a transposed convolution", true },
    };

    [Theory]
    [MemberData(nameof(Norms))]
    public void A_batch_normalisation_right_behind_a_layer_costs_nothing(string where, bool isFree)
    {
        using var scope = NewDisposeScope();
        using var network = Normed(where);

        var rest = Traced.Probe(network, rand(4, 4, 8, 8)).Rest;
        Assert.Equal(isFree, rest.Count == 0);
        Assert.All(rest, part => Assert.Equal((2 * 4, 0), (part.Parameters, part.Macs)));
    }

    private static (Module Module, Func<Tensor, Tensor> Run) Native(string kind)
    {
        switch (kind)
        {
            case "LSTM":
                var lstm = LSTM(Width, 3);
                return (lstm, x => lstm.call(First(x)).Item1.mean());
            case "GRU":
                var gru = GRU(Width, 3, bidirectional: true);
                return (gru, x => gru.call(First(x)).Item1.mean());
            case "RNN":
                var rnn = RNN(Width, 3, numLayers: 2, batchFirst: true);
                return (rnn, x => rnn.call(x).Item1.mean());
            case "LSTMCell":
                var cell = LSTMCell(Width, 3);
                return (cell, x => Enumerable.Range(0, Steps).Select(step => cell.call(x.select(1, step), (zeros(x.shape[0], 3), zeros(x.shape[0], 3))).Item1.mean()).Aggregate((sum, next) => sum + next));
            case "Bilinear":
                var bilinear = Bilinear(Width, Width, 2);
                return (bilinear, x => bilinear.call(x, x).mean());
            case "MultiheadAttention":
                var attention = MultiheadAttention(Width, 2);
                return (attention, x => attention.call(First(x), First(x), First(x)).Item1.mean());
            case "cross attention":
                var cross = MultiheadAttention(Width, 2, kdim: 3, vdim: 3);
                return (cross, x => cross.call(First(x), First(x)[..3, .., ..3], First(x)[..3, .., ..3]).Item1.mean());
            case "TransformerEncoderLayer":
                var encoder = TransformerEncoderLayer(Width, 2, 8);
                return (encoder, x => encoder.call(First(x)).mean());
            case "TransformerDecoderLayer":
                var decoder = TransformerDecoderLayer(Width, 2, 8);
                return (decoder, x => decoder.call(First(x), First(x)[..3]).mean());
            case "Transformer":
                var transformer = Transformer(Width, 2, 1, 1, 8);
                return (transformer, x => transformer.call(First(x), First(x)).mean());
            case "Embedding":
                var words = Embedding(10, 4);
                return (words, x => words.call(x.gt(0.5).to(ScalarType.Int64)).mean());
            case "PReLU":
                var slope = PReLU(1);
                return (slope, x => slope.call(x).mean());
            case "LayerNorm":
                var norm = LayerNorm(Width);
                return (norm, x => norm.call(x).mean());
            default:
                var groups = GroupNorm(1, Steps);
                init.ones_(groups.weight);
                init.zeros_(groups.bias);
                return (groups, x => groups.call(x).mean());
        }

        static Tensor First(Tensor x) => x.transpose(0, 1);
    }

    private static FunctionNetwork Normed(string where)
    {
        var (layer, other, norm, second) = (Conv2d(4, 4, 1), Conv2d(4, 4, 1), BatchNorm2d(4), BatchNorm2d(4));
        var (up, grouped, flat, drop) = (ConvTranspose2d(4, 4, 1), ConvTranspose2d(4, 4, 1, groups: 2), BatchNorm1d(4), Dropout(0.5));
        var loose = BatchNorm2d(4, track_running_stats: false);
        return where switch
        {
            "behind a convolution" => new(x => norm.call(layer.call(x)), ("layer", layer), ("norm", norm)),
            "behind a linear layer" => Linears(),
            "behind dropout" => new(x => norm.call(drop.call(layer.call(x))), ("layer", layer), ("drop", drop), ("norm", norm)),
            "of a batch's own statistics" => new(x => loose.call(layer.call(x)), ("layer", layer), ("norm", loose)),
            "behind an activation" => new(x => norm.call(functional.relu(layer.call(x))), ("layer", layer), ("norm", norm)),
            "before all" => new(x => layer.call(norm.call(x)), ("layer", layer), ("norm", norm)),
            "beside a sum" => new(
                x =>
                {
                    var both = layer.call(x);
                    return both + other.call(norm.call(both));
                },
                ("layer", layer),
                ("other", other),
                ("norm", norm)),
            "twice behind one layer" => new(
                x =>
                {
                    var both = layer.call(x);
                    return other.call(norm.call(both) + second.call(both));
                },
                ("layer", layer),
                ("other", other),
                ("norm", norm),
                ("second", second)),
            "behind a layer that runs twice" => new(x => norm.call(layer.call(functional.relu(layer.call(x)))), ("layer", layer), ("norm", norm)),
            "behind a transposed convolution" => new(x => norm.call(up.call(x)), ("layer", up), ("norm", norm)),
            _ => new(x => norm.call(grouped.call(x)), ("layer", grouped), ("norm", norm)),
        };

        FunctionNetwork Linears()
        {
            var first = Linear(256, 4);
            return new(x => flat.call(first.call(x.flatten(1))), ("layer", first), ("norm", flat));
        }
    }
}
