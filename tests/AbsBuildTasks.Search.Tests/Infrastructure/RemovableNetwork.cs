using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>A network that can be made with any number of channels, so that it can be made without pruned ones.</summary>
/// <param name="Create">Makes it with these widths.</param>
/// <param name="Widths">Channels of each set of layers that go together.</param>
/// <param name="WidthOf">For each weighted layer in call order its width's index, or null where it is not pruned by itself.</param>
/// <param name="Input">The input's shape.</param>
internal sealed record RemovableNetwork(Func<int[], FunctionNetwork> Create, int[] Widths, int?[] WidthOf, long[] Input)
{
    public static string[] Names =>
    [
        "inverted residual", "depthwise without norm", "transposed", "transposed depthwise", "dense concatenation",
        "attention", "sequence", "upsampling", "shared", "one dimension", "three dimensions", "instance norm",
        "GRU", "LSTM", "two recurrent layers", "state from a layer", "both ways", "two layers both ways",
    ];

    /// <summary>Networks that cannot be written as ONNX.</summary>
    public static string[] Unwritten => ["RNN", "RNN both ways", "cells"];

    public static RemovableNetwork Named(string name) => name switch
    {
        "inverted residual" => new(
            width =>
            {
                var (stem, expand, depthwise, project) = (Conv2d(3, width[0], 3, bias: false), Conv2d(width[0], width[1], 1, bias: false), Conv2d(width[1], width[1], 3, padding: 1, groups: width[1], bias: false), Conv2d(width[1], width[0], 1, bias: false));
                var (norm0, norm1, norm2, norm3) = (BatchNorm2d(width[0]), BatchNorm2d(width[1]), BatchNorm2d(width[1]), BatchNorm2d(width[0]));
                var head = Linear(width[0], 4);
                return new FunctionNetwork(
                    x =>
                    {
                        x = functional.relu6(norm0.call(stem.call(x)));
                        var y = functional.relu6(norm1.call(expand.call(x)));
                        y = functional.relu6(norm2.call(depthwise.call(y)));
                        return head.call((x + norm3.call(project.call(y))).mean([2, 3]));
                    },
                    ("stem", stem), ("expand", expand), ("depthwise", depthwise), ("project", project), ("norm0", norm0), ("norm1", norm1), ("norm2", norm2), ("norm3", norm3), ("head", head));
            },
            [6, 12],
            [0, 1, null, 0, null],
            [5, 3, 8, 8]),
        "depthwise without norm" => new(
            width =>
            {
                var (a, depthwise, again, b) = (Conv2d(3, width[0], 3), Conv2d(width[0], 2 * width[0], 3, groups: width[0]), Conv2d(2 * width[0], 2 * width[0], 3, groups: 2 * width[0]), Conv2d(2 * width[0], 4, 1));
                return new FunctionNetwork(
                    x => b.call(functional.relu(again.call(functional.relu(depthwise.call(functional.relu(a.call(x))))))).mean([2, 3]),
                    ("a", a), ("depthwise", depthwise), ("again", again), ("b", b));
            },
            [6],
            [0, null, null, null],
            [5, 3, 8, 8]),
        "transposed" => new(
            width =>
            {
                var (down, up, norm, head) = (Conv2d(3, width[0], 3, stride: 2), ConvTranspose2d(width[0], width[1], 3, stride: 2), BatchNorm2d(width[1]), ConvTranspose2d(width[1], 2, 2));
                return new FunctionNetwork(
                    x => head.call(functional.relu(norm.call(up.call(functional.relu(down.call(x)))))),
                    ("down", down), ("up", up), ("norm", norm), ("head", head));
            },
            [6, 8],
            [0, 1, null],
            [5, 3, 8, 8]),
        "transposed depthwise" => new(
            width =>
            {
                var (down, up, head) = (Conv1d(3, width[0], 3), ConvTranspose1d(width[0], 2 * width[0], 3, stride: 2, groups: width[0]), Conv1d(2 * width[0], 2, 1));
                return new FunctionNetwork(x => head.call(functional.relu(up.call(functional.relu(down.call(x))))), ("down", down), ("up", up), ("head", head));
            },
            [6],
            [0, null, null],
            [5, 3, 8]),
        "squeeze-excite" => new(
            width =>
            {
                var (a, squeeze, excite, b) = (Conv2d(3, width[0], 3), Linear(width[0], width[1]), Linear(width[1], 6), Conv2d(width[0], 4, 3));
                return new FunctionNetwork(
                    x =>
                    {
                        x = functional.relu(a.call(x));
                        var scale = functional.sigmoid(excite.call(functional.relu(squeeze.call(x.mean([2, 3])))));

                        // What scales a pruned channel is computed all the same.
                        scale = scale.narrow(1, 0, x.shape[1]);
                        return b.call(x * scale.unsqueeze(-1).unsqueeze(-1)).mean([2, 3]);
                    },
                    ("a", a), ("squeeze", squeeze), ("excite", excite), ("b", b));
            },
            [6, 5],
            [0, 1, null, null],
            [5, 3, 8, 8]),
        "dense concatenation" => new(
            width =>
            {
                var (a, b, c, head) = (Conv2d(3, width[0], 3, padding: 1), Conv2d(width[0], width[1], 3, padding: 1), Conv2d(width[0] + width[1], width[2], 1), Linear(width[0] + width[1] + width[2], 4));
                var (norm1, norm2) = (BatchNorm2d(width[0]), BatchNorm2d(width[0] + width[1]));
                return new FunctionNetwork(
                    x =>
                    {
                        x = a.call(x);
                        x = cat([x, b.call(functional.relu(norm1.call(x)))], 1);
                        x = cat([x, c.call(functional.relu(norm2.call(x)))], 1);
                        return head.call(functional.relu(x).mean([2, 3]));
                    },
                    ("a", a), ("b", b), ("c", c), ("norm1", norm1), ("norm2", norm2), ("head", head));
            },
            [6, 4, 5],
            [0, 1, 2, null],
            [5, 3, 6, 6]),
        "attention" => new(
            width =>
            {
                var (query, key, value, output, head) = (Linear(5, 4), Linear(5, 4), Linear(5, width[0]), Linear(width[0], width[1]), Linear(width[1], 4));
                return new FunctionNetwork(
                    x =>
                    {
                        var weights = functional.softmax(query.call(x).matmul(key.call(x).transpose(1, 2)), -1);
                        return head.call(functional.gelu(output.call(weights.matmul(value.call(x)))).mean([1]));
                    },
                    ("query", query), ("key", key), ("value", value), ("output", output), ("head", head));
            },
            [6, 7],
            [null, null, 0, 1, null],
            [5, 3, 5]),
        "sequence" => new(
            width =>
            {
                var (a, b, c) = (Linear(5, width[0]), Linear(width[0], width[1]), Linear(width[1], 4));
                return new FunctionNetwork(x => c.call(functional.relu(b.call(functional.relu(a.call(x))))), ("a", a), ("b", b), ("c", c));
            },
            [6, 7],
            [0, 1, null],
            [5, 3, 5]),
        "upsampling" => new(
            width =>
            {
                var (a, up, b) = (Conv2d(3, width[0], 3), Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear), Conv2d(width[0], 2, 3));
                return new FunctionNetwork(x => b.call(up.call(functional.relu(a.call(x)))), ("a", a), ("up", up), ("b", b));
            },
            [6],
            [0, null],
            [5, 3, 6, 6]),
        "shared" => new(
            width =>
            {
                var (a, twice, b) = (Linear(3, width[0]), Linear(width[0], width[0]), Linear(width[0], 4));
                return new FunctionNetwork(x => b.call(functional.relu(twice.call(functional.relu(twice.call(functional.relu(a.call(x))))))), ("a", a), ("twice", twice), ("b", b));
            },
            [6],
            [0, 0, null],
            [5, 3]),
        "one dimension" => new(
            width =>
            {
                var (a, norm, b) = (Conv1d(3, width[0], 3), BatchNorm1d(width[0]), Conv1d(width[0], 2, 3));
                return new FunctionNetwork(x => b.call(functional.relu(norm.call(a.call(x)))), ("a", a), ("norm", norm), ("b", b));
            },
            [6],
            [0, null],
            [5, 3, 9]),
        "three dimensions" => new(
            width =>
            {
                var (a, norm, b) = (Conv3d(2, width[0], 2), BatchNorm3d(width[0]), ConvTranspose3d(width[0], 2, 2));
                return new FunctionNetwork(x => b.call(functional.relu(norm.call(a.call(x)))), ("a", a), ("norm", norm), ("b", b));
            },
            [6],
            [0, null],
            [4, 2, 4, 4, 4]),
        "instance norm" => new(
            width =>
            {
                var (a, norm, b) = (Conv2d(3, width[0], 3), InstanceNorm2d(width[0]), Conv2d(width[0], 2, 3));
                return new FunctionNetwork(x => b.call(functional.relu(norm.call(a.call(x)))), ("a", a), ("norm", norm), ("b", b));
            },
            [6],
            [0, null],
            [5, 3, 6, 6]),
        "GRU" => new(
            width =>
            {
                var (first, gru, head) = (Linear(5, width[0]), GRU(width[0], width[1], batchFirst: true), Linear(width[1], 4));
                return new FunctionNetwork(x => head.call(gru.call(functional.relu(first.call(x))).Item1.mean([1])), ("first", first), ("gru", gru), ("head", head));
            },
            [5, 6],
            [0, 1, 1, null],
            [5, 3, 5]),
        "LSTM" => new(
            width =>
            {
                var (lstm, head) = (LSTM(5, width[0], batchFirst: true), Linear(2 * width[0], 4));
                return new FunctionNetwork(
                    x =>
                    {
                        var (_, hidden, cell) = lstm.call(x);
                        return head.call(cat([hidden.squeeze(0), cell.squeeze(0)], 1));
                    },
                    ("lstm", lstm),
                    ("head", head));
            },
            [6],
            [0, 0, null],
            [5, 3, 5]),
        "RNN" => new(
            width =>
            {
                var (rnn, head) = (RNN(5, width[0], nonLinearity: NonLinearities.ReLU), Linear(width[0], 4));
                return new FunctionNetwork(x => head.call(rnn.call(x).Item1.mean([0])), ("rnn", rnn), ("head", head));
            },
            [6],
            [0, 0, null],
            [3, 5, 5]),
        "both ways" => new(
            width =>
            {
                var (lstm, head) = (LSTM(5, width[0], batchFirst: true, bidirectional: true), Linear(2 * width[0], 4));
                return new FunctionNetwork(x => head.call(lstm.call(x).Item1.mean([1])), ("lstm", lstm), ("head", head));
            },
            [6],
            [0, 0, 0, 0, null],
            [5, 3, 5]),
        "RNN both ways" => new(
            width =>
            {
                var (rnn, head) = (RNN(5, width[0], bidirectional: true), Linear(2 * width[0], 4));
                return new FunctionNetwork(x => head.call(rnn.call(x).Item1.mean([0])), ("rnn", rnn), ("head", head));
            },
            [6],
            [0, 0, 0, 0, null],
            [3, 5, 5]),
        "two layers both ways" => new(
            width =>
            {
                var (first, gru, head) = (Linear(5, width[0]), GRU(width[0], width[1], numLayers: 2, batchFirst: true, bidirectional: true), Linear(2 * width[1], 4));
                return new FunctionNetwork(x => head.call(gru.call(functional.relu(first.call(x))).Item2.narrow(0, 2, 2).transpose(0, 1).flatten(1)), ("first", first), ("gru", gru), ("head", head));
            },
            [5, 6],
            [0, 1, 1, 1, 1, 1, 1, 1, 1, null],
            [5, 3, 5]),
        "two recurrent layers" => new(
            width =>
            {
                var (gru, head) = (GRU(5, width[0], numLayers: 2, batchFirst: true), Linear(width[0], 4));
                return new FunctionNetwork(x => head.call(gru.call(x).Item2[1]), ("gru", gru), ("head", head));
            },
            [6],
            [0, 0, 0, 0, null],
            [5, 3, 5]),
        "cells" => new(
            width =>
            {
                var (lstm, gru, head) = (LSTMCell(5, width[0]), GRUCell(width[0], width[1]), Linear(width[1], 4));
                return new FunctionNetwork(
                    x =>
                    {
                        var (hidden, cell, last) = (zeros(x.shape[0], width[0]), zeros(x.shape[0], width[0]), zeros(x.shape[0], width[1]));
                        foreach (var step in x.unbind(1))
                        {
                            (hidden, cell) = lstm.call(step, (hidden, cell));
                            last = gru.call(hidden, last);
                        }

                        return head.call(last);
                    },
                    ("lstm", lstm),
                    ("gru", gru),
                    ("head", head));
            },
            [6, 5],
            [0, 0, 1, 1, null],
            [5, 3, 5]),
        "state from a layer" => new(
            width =>
            {
                var (start, gru, head) = (Linear(5, width[0]), GRU(5, width[0], batchFirst: true), Linear(width[0], 4));
                return new FunctionNetwork(x => head.call(gru.call(x, start.call(x.mean([1])).unsqueeze(0)).Item1.mean([1])), ("start", start), ("gru", gru), ("head", head));
            },
            [6],
            [0, 0, 0, null],
            [5, 3, 5]),
        _ => throw new ArgumentException(name, nameof(name)),
    };
}
