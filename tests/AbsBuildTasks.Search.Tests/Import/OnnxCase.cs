using System.Runtime.InteropServices;
using AbsBuildTasks.Search.Onnx;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Import;

/// <summary>One node, with what goes into it.</summary>
/// <param name="Name">The case's name.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Inputs">What goes in; null where it is left out.</param>
/// <param name="Attributes">The node's attributes.</param>
internal sealed record OnnxCase(string Name, string Operator, CaseInput?[] Inputs, params OnnxAttribute[] Attributes)
{
    /// <summary>The version of the operators.</summary>
    public long Opset { get; init; } = 21;

    /// <summary>What comes out.</summary>
    public OnnxType[] Outputs { get; init; } = [OnnxType.Float];

    /// <summary>The tensors that go in.</summary>
    public Tensor[] Tensors => [.. Inputs.OfType<CaseInput>().Where(input => !input.IsConstant).Select(input => input.ToTensor())];

    /// <summary>A file with the node.</summary>
    public OnnxModel Model()
    {
        var names = Inputs.Select((input, i) => input is null ? "" : $"in{i}").ToArray();
        var present = Inputs.Zip(names).Where(pair => pair.First is not null).Select(pair => (Input: pair.First!, Name: pair.Second)).ToArray();
        return new OnnxModel
        {
            IrVersion = 8,
            Opsets = [new OnnxOpset("", Opset)],
            Graph = new OnnxGraph
            {
                Name = "case",
                Nodes = [new OnnxNode { Name = "the node", OpType = Operator, Inputs = names, Outputs = [.. Outputs.Select((_, i) => $"out{i}")], Attributes = Attributes }],
                Initializers = [.. present.Where(pair => pair.Input.IsConstant).Select(pair => new OnnxTensor(pair.Name, pair.Input.Type, pair.Input.Shape, pair.Input.Data))],

                // A network has an input, even if this node does not take it.
                Inputs = present.All(pair => pair.Input.IsConstant) ? [new OnnxValueInfo("unused", OnnxType.Float, null)] : [.. present.Where(pair => !pair.Input.IsConstant).Select(pair => new OnnxValueInfo(pair.Name, pair.Input.Type, [.. pair.Input.Shape.Select((size, axis) => axis == 0 && size > 1 ? new OnnxDim(null, "N") : new OnnxDim(size))]))],
                Outputs = [.. Outputs.Select((type, i) => new OnnxValueInfo($"out{i}", type, null))],
            },
        };
    }

    public override string ToString() => Name;
}

/// <summary>A tensor that goes into a node.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Data">Its elements.</param>
/// <param name="IsConstant">Whether it stands in the file.</param>
internal sealed record CaseInput(OnnxType Type, long[] Shape, byte[] Data, bool IsConstant)
{
    /// <summary>Random numbers that come in, from −1 to 1.</summary>
    public static CaseInput X(params long[] shape) => Floats(shape, isConstant: false);

    /// <summary>Random numbers in the file, from −1 to 1.</summary>
    public static CaseInput W(params long[] shape) => Floats(shape, isConstant: true);

    /// <summary>The same, from 0.5 to 1.5.</summary>
    public static CaseInput Positive(bool isConstant, params long[] shape) => Of([.. Values(shape).Select(value => (value / 2) + 1)], shape, isConstant);

    /// <summary>Numbers in the file.</summary>
    public static CaseInput F(params float[] values) => Of(values, [values.Length], isConstant: true);

    /// <summary>One number in the file, of no dimension.</summary>
    public static CaseInput F0(float value) => Of([value], [], isConstant: true);

    /// <summary>Whole numbers in the file.</summary>
    public static CaseInput I(params long[] values) => Whole(values, [values.Length], isConstant: true);

    /// <summary>One whole number in the file, of no dimension.</summary>
    public static CaseInput I0(long value) => Whole([value], [], isConstant: true);

    /// <summary>Whole numbers that come in.</summary>
    public static CaseInput XI(long[] values, params long[] shape) => Whole(values, shape, isConstant: false);

    /// <summary>True and false in turn, that come in.</summary>
    public static CaseInput XB(params long[] shape) => new(OnnxType.Bool, shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(i => (byte)(i % 3 == 0 ? 1 : 0))], IsConstant: false);

    /// <summary>The tensor.</summary>
    public Tensor ToTensor() => Type switch
    {
        OnnxType.Float => tensor(MemoryMarshal.Cast<byte, float>(Data).ToArray()).reshape(Shape),
        OnnxType.Int64 => tensor(MemoryMarshal.Cast<byte, long>(Data).ToArray(), ScalarType.Int64).reshape(Shape),
        _ => tensor(Data.Select(value => value != 0).ToArray()).reshape(Shape),
    };

    private static CaseInput Floats(long[] shape, bool isConstant) => Of(Values(shape), shape, isConstant);

    private static CaseInput Of(float[] values, long[] shape, bool isConstant) => new(OnnxType.Float, shape, MemoryMarshal.AsBytes<float>(values).ToArray(), isConstant);

    private static CaseInput Whole(long[] values, long[] shape, bool isConstant) => new(OnnxType.Int64, shape, MemoryMarshal.AsBytes<long>(values).ToArray(), isConstant);

#pragma warning disable CA5394 // Tests, not secrets.
    private static float[] Values(long[] shape)
    {
        var random = new Random((int)shape.Aggregate(17L, (sum, size) => (sum * 31) + size));
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (2 * random.NextSingle()) - 1;
        }

        return values;
    }
}
