using AbsBuildTasks.Search.Compression;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>Networks around a module whose arithmetic is one call inside torch, or around parameters that no layer has, for 5 examples each.</summary>
internal static class NativeNetworks
{
    public const int Steps = 4;
    public const int Width = 3;
    public const int Hidden = 6;
    public const int Words = 9;

    /// <summary>Sequences of numbers.</summary>
    private static readonly string[] Recurrent = ["LSTM", "GRU", "RNN", "both ways", "two layers both ways", "RNN both ways", "two layers", "without bias", "last state", "own start", "LSTMCell", "GRUCell", "RNNCell", "attention", "attention of three", "encoder", "decoder", "Bilinear", .. Own];

    /// <summary>Around parameters that no layer has.</summary>
    private static string[] Own => ["places", "token", "own linear", "own convolution", "parameter list", "PReLU"];

    /// <summary>Sequences of words.</summary>
    private static readonly string[] Tables = ["Embedding", "padding", "sparse", "EmbeddingBag", "weighed bag"];

    public static TheoryData<string> All => [.. Recurrent, .. Tables];

    public static bool HasWords(string name) => Array.IndexOf(Tables, name) >= 0;

    public static Tensor Input(string name)
    {
        _ = manual_seed(3);
        return HasWords(name) ? randint(Words, [5, Steps], dtype: ScalarType.Int64) : randn(5, Steps, Width);
    }

    /// <summary>body – head, for <see cref="Input"/>.</summary>
    public static FunctionNetwork Of(string name, ScalarType type = ScalarType.Float32, int wide = 8)
    {
        _ = manual_seed(5);
        var head = Linear(name.EndsWith("both ways", StringComparison.Ordinal) ? 2 * Hidden : Hidden, 2);
        var network = name switch
        {
            "LSTM" => Along(LSTM(Width, Hidden, batchFirst: true)),
            "GRU" => Along(GRU(Width, Hidden, batchFirst: true)),
            "RNN" => Along(RNN(Width, Hidden, batchFirst: true)),
            "both ways" => Along(LSTM(Width, Hidden, batchFirst: true, bidirectional: true)),
            "two layers both ways" => Along(GRU(Width, Hidden, numLayers: 2, batchFirst: true, bidirectional: true)),
            "RNN both ways" => Along(RNN(Width, Hidden, batchFirst: true, bidirectional: true)),
            "two layers" => Along(GRU(Width, Hidden, numLayers: 2, batchFirst: true)),
            "without bias" => Along(LSTM(Width, Hidden, bias: false, batchFirst: true)),
            "last state" => With(GRU(Width, Hidden, batchFirst: true), (gru, x) => gru.call(x).Item2.squeeze(0)),
            "own start" => With(GRU(Width, Hidden, batchFirst: true), (gru, x) => gru.call(x, ones(1, x.shape[0], Hidden, dtype: x.dtype)).Item1.mean([1])),
            "LSTMCell" => With(LSTMCell(Width, Hidden), (cell, x) => x.unbind(1).Aggregate((Zero(x), Zero(x)), (state, step) => cell.call(step, state)).Item1),
            "GRUCell" => With(GRUCell(Width, Hidden), (cell, x) => x.unbind(1).Aggregate(Zero(x), (state, step) => cell.call(step, state))),
            "RNNCell" => With(RNNCell(Width, Hidden), (cell, x) => x.unbind(1).Aggregate(Zero(x), (state, step) => cell.call(step, state))),
            "attention" => With(MultiheadAttention(Hidden, 2), (attention, x) => attention.call(Wide(x), Wide(x), Wide(x)).Item1.mean([0])),
            "attention of three" => With(MultiheadAttention(Hidden, 2, kdim: Width, vdim: Width), (attention, x) => attention.call(Wide(x), x.transpose(0, 1), x.transpose(0, 1)).Item1.mean([0])),
            "encoder" => With(TransformerEncoderLayer(Hidden, 2, wide, dropout: 0), (layer, x) => layer.call(Wide(x)).mean([0])),
            "decoder" => With(TransformerDecoderLayer(Hidden, 2, wide, dropout: 0), (layer, x) => layer.call(Wide(x), Wide(x) * 0.5, triu(full(Steps, Steps, float.NegativeInfinity, dtype: x.dtype), 1)).mean([0])),
            "Bilinear" => With(Bilinear(Width, Width, Hidden), (layer, x) => functional.tanh(layer.call(x, x * 0.5)).mean([1])),
            "Embedding" => With(Embedding(Words, Hidden), (table, x) => functional.tanh(table.call(x)).mean([1])),
            "padding" => With(Embedding(Words, Hidden, padding_idx: 2), (table, x) => functional.tanh(table.call(x)).mean([1])),
            "sparse" => With(Embedding(Words, Hidden, sparse: true), (table, x) => functional.tanh(table.call(x)).mean([1])),
            "EmbeddingBag" => With(EmbeddingBag(Words, Hidden), (table, x) => functional.tanh(table.call(x))),
            "weighed bag" => With(EmbeddingBag(Words, Hidden, mode: TorchSharp.EmbeddingBagMode.Sum), (table, x) => functional.tanh(table.call(x, null, linspace(0.2, 1, x.numel(), dtype: head.weight!.dtype).reshape(x.shape)))),
            "places" => Around([Steps, 2 * Width], (places, x) => functional.tanh(cat([x, x * 0.7], -1) + places).mean([1])),
            "token" => Around([1, 1, 2 * Width], (token, x) => functional.tanh(cat([token.expand(x.shape[0], 1, 2 * Width), cat([x, x * 0.7], -1)], 1).cumsum(1)).mean([1])),
            "own linear" => Around([Hidden, Width], (weight, x) => functional.tanh(functional.linear(x, weight)).mean([1])),
            "own convolution" => Around([Hidden, Width, 2], (kernel, x) => functional.tanh(functional.conv1d(x.transpose(1, 2), kernel)).mean([2])),
            "parameter list" => With(new TorchSharp.Modules.ParameterList(new TorchSharp.Modules.Parameter(randn(Hidden, Width))), (list, x) => functional.tanh(functional.linear(x, list.parameters().Single())).mean([1])),
            "PReLU" => With(PReLU(Hidden), (slopes, x) => slopes.call(cat([x, x * 0.7], -1).mean([1]))),
            _ => throw new ArgumentException(name, nameof(name)),
        };
        _ = network.to(type);
        return network;

        FunctionNetwork Along(Module body) => With(body, (module, x) => (module switch
        {
            LSTM lstm => lstm.call(x).Item1,
            GRU gru => gru.call(x).Item1,
            _ => ((TorchSharp.Modules.RNN)module).call(x).Item1,
        }).mean([1]));

        FunctionNetwork Around(long[] shape, Func<Tensor, Tensor, Tensor> run) =>
            With(new FunctionNetwork(x => x).With("own", new TorchSharp.Modules.Parameter(randn(shape))), (body, x) => run(body.get_parameter("own")!, x));

        FunctionNetwork With<T>(T body, Func<T, Tensor, Tensor> run)
            where T : Module => new(x => head.call(run(body, x)), ("body", body), ("head", head));

        static Tensor Wide(Tensor x) => cat([x, x * 0.7], -1).transpose(0, 1);

        static Tensor Zero(Tensor x) => zeros(x.shape[0], Hidden, dtype: x.dtype);
    }

    /// <summary>The layers of what stands in front of the head.</summary>
    public static IEnumerable<LayerCompressor> Body(CompressedNetwork network) => network.Layers.Where(layer => layer.Layer.Shape.Name != "head");

    /// <summary>The name of the parameter that is a layer's weight.</summary>
    public static string NameOf(Module network, LayerCompressor layer) => network.named_parameters().Single(pair => pair.parameter.Handle == layer.Layer.Weight.Handle).name;
}
