using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>What a layer costs, counted from an ONNX file and nothing else.</summary>
/// <param name="Macs">Multiply-accumulates of one example.</param>
/// <param name="WeightBits">Bits of a stored weight.</param>
/// <param name="InputBits">Bits of a quantised input.</param>
/// <param name="WeightBytes">Bytes of the stored weights.</param>
/// <param name="Filters">How many filters there are.</param>
/// <param name="Results">How many results each filter gives at a place: several where it takes blocks of pixels.</param>
internal sealed record FileCost(long Macs, int WeightBits, int InputBits, long WeightBytes, int Filters, int Results)
{
    private const string Levels = ".levels";
    private const string Weight = ".weight";
    private const int Float = 32;

    /// <summary>Counts.</summary>
    /// <param name="file">The file, of one input.</param>
    /// <param name="example">The shape of an example.</param>
    /// <returns>For each layer by its name; a layer that is called twice counts twice, and is stored once.</returns>
    public static IReadOnlyDictionary<string, FileCost> Of(byte[] file, long[] example)
    {
        var graph = OnnxModel.Read(file, "file").Graph;
        var (makers, constants) = (graph.Nodes.SelectMany(node => node.Outputs.Select(output => (output, node))).ToDictionary(pair => pair.output, pair => pair.node), graph.Initializers.ToDictionary(tensor => tensor.Name));
        var layers = graph.Nodes.Where(node => node.OpType is "Conv" or "ConvTranspose" or "Gemm").Where(node => Stored(node) is not null).ToArray();
        var recurrent = graph.Nodes.Where(node => IsRecurrent(node) && Stored(node) is not null).ToArray();
        var shapes = FileShapes.Of(file, layers.Concat(recurrent).SelectMany(node => new[] { node.Inputs[0], node.Outputs[0] }), example);
        return layers.GroupBy(node => NameOf(Stored(node)!)).Select(calls =>
            {
                var weight = Stored(calls.First())!;
                var filters = shapes[calls.First().Outputs[0]][1];
                var results = calls.First().OpType == "Conv" ? filters / (int)weight.Dims[0] : 1;
                return (calls.Key, Cost: new FileCost(Count(weight) * results * calls.Sum(node => Positions(node)), Bits(weight), InputBits(calls.First().Inputs[0]), weight.Data.Length, filters / results, results));
            })
            .Concat(recurrent
                .SelectMany(node => new[] { (Weight: Stored(node)!, Steps: shapes[node.Inputs[0]][0], Bits: InputBitsOf(node)), (Weight: Stored(node, 2)!, Steps: shapes[node.Inputs[0]][0], Bits: Float) })
                .GroupBy(part => part.Weight)
                .Select(calls =>
                {
                    var (weight, name) = (calls.Key, calls.Key.Name);
                    var key = name.EndsWith(Levels, StringComparison.Ordinal) ? name[..^Levels.Length] : name;
                    return (Key: key, Cost: new FileCost(Count(weight) * calls.Sum(call => call.Steps), Bits(weight), calls.First().Bits, weight.Data.Length, (int)weight.Dims[1], Results: 1));
                }))
            .ToDictionary(layer => layer.Key, layer => layer.Cost);

        static long Count(OnnxTensor weight) => weight.Dims.Aggregate(1L, (product, size) => product * size);

        static int Bits(OnnxTensor weight) => weight.Name.EndsWith(Levels, StringComparison.Ordinal) ? weight.Type.Bits() ?? 8 : Float;

        OnnxTensor? Stored(OnnxNode node, int input = 1)
        {
            var name = node.Inputs[input];
            while (makers.TryGetValue(name, out var maker))
            {
                name = maker.Inputs[0];
            }

            return constants.GetValueOrDefault(name) is { Dims.Count: > 1 } tensor && tensor.Name.Contains(Weight, StringComparison.Ordinal) ? tensor : null;
        }

        long Positions(OnnxNode node) => node.OpType == "Gemm" ? shapes[node.Outputs[0]][0] : shapes[node.OpType == "Conv" ? node.Outputs[0] : node.Inputs[0]].Skip(2).Aggregate(1L, (product, size) => product * size);

        int InputBitsOf(OnnxNode node) => makers.GetValueOrDefault(node.Inputs[0])?.OpType == "DequantizeLinear" ? InputBits(node.Inputs[0]) : Float;

        int InputBits(string value)
        {
            var levels = byte.MaxValue;
            for (var maker = makers.GetValueOrDefault(value); maker is not null; maker = makers.GetValueOrDefault(maker.Inputs[0]))
            {
                if (maker.OpType == "QuantizeLinear")
                {
                    return 8 - System.Numerics.BitOperations.LeadingZeroCount((uint)levels) + 24;
                }

                levels = maker.OpType == "Clip" && constants[maker.Inputs[1]].Type == OnnxType.UInt8 ? (byte)(constants[maker.Inputs[2]].Data.Span[0] - constants[maker.Inputs[1]].Data.Span[0]) : levels;
            }

            return Float;
        }
    }

    private static bool IsRecurrent(OnnxNode node) => node.OpType is "LSTM" or "GRU";

    private static string NameOf(OnnxTensor weight) => weight.Name[..weight.Name.LastIndexOf(Weight, StringComparison.Ordinal)];
}
