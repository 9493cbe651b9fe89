using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.OnnxExport.Graphs;
using AbsBuildTasks.Search.Tracing;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>A native call that becomes nodes of a graph: what rows of the table read, and where they write.</summary>
/// <param name="graph">The graph.</param>
/// <param name="traced">What was traced.</param>
/// <param name="node">The call.</param>
/// <param name="names">The graph's names of traced values, by number.</param>
internal sealed class ExportNode(ExportGraph graph, TracedGraph traced, TracedNode node, string?[] names)
{
    /// <summary>The graph.</summary>
    public ExportGraph Graph { get; } = graph;

    /// <summary>The native function, as users know it.</summary>
    public string Function { get; } = TraceRefusal.Shown(node.Function.Name);

    /// <summary>How many results the call has.</summary>
    public int ResultCount => node.Results.Count;

    /// <summary>What the results' elements are.</summary>
    public OnnxType Type => TypeOf(traced.Values[node.Results[0]].Type);

    /// <summary>The shape of a result.</summary>
    public IReadOnlyList<Extent> ResultShape(int result = 0) => traced.Values[node.Results[result]].Shape;

    /// <summary>An argument as it was recorded.</summary>
    public object? this[string parameter] => node.Arguments[IndexOf(parameter)];

    /// <summary>The value of a tensor.</summary>
    public string In(string parameter) => Optional(parameter) ?? throw Refuse($"has no '{parameter}'");

    /// <summary>The value of a tensor, or null where the call has none.</summary>
    public string? Optional(string parameter) => this[parameter] is { } operand ? ValueOf(operand) : null;

    /// <summary>The value of a tensor or scalar, as elements of a type.</summary>
    public string InAs(string parameter, OnnxType type) => this[parameter] is Operand operand
        ? CastTo(ValueOf(operand), TypeOf(operand), type)
        : Graph.Scalar(Number(parameter), type);

    /// <summary>The values of several tensors.</summary>
    public string[] List(string parameter) => [.. ((Operand?[])this[parameter]!).Select(operand => CastTo(ValueOf(operand!), TypeOf(operand!), Type))];

    /// <summary>What a tensor's elements are.</summary>
    public OnnxType TypeOf(string parameter) => TypeOf((Operand)this[parameter]!);

    /// <summary>The shape of a tensor.</summary>
    public IReadOnlyList<Extent> ShapeOf(string parameter) => ShapeOf(this[parameter], parameter);

    /// <summary>The shapes of several tensors.</summary>
    public IReadOnlyList<Extent>[] ShapesOf(string parameter) => [.. ((Operand?[])this[parameter]!).Select(operand => ShapeOf(operand, parameter))];

    private IReadOnlyList<Extent> ShapeOf(object? operand, string parameter) => operand switch
    {
        ValueOperand value => traced.Values[value.Id].Shape,
        ConstantOperand constant => [.. constant.Content.Shape.Select(size => new Extent(size))],
        FillOperand fill => fill.Shape,
        RepeatOperand repeat => repeat.Shape,
        _ => throw Refuse($"has no '{parameter}'"),
    };

    /// <summary>The shape of a tensor whose sizes from a dimension on do not grow with the batch.</summary>
    public long[] SizesOf(string parameter, int start = 0) => [.. ShapeOf(parameter).Skip(start).Select(Fixed)];

    /// <summary>A whole number that does not grow with the batch.</summary>
    public long Int(string parameter) => Fixed((Extent)this[parameter]!);

    /// <summary>Whole numbers that do not grow with the batch; none where the call has none.</summary>
    public long[] Ints(string parameter) => [.. ((Extent[]?)this[parameter] ?? []).Select(Fixed)];

    /// <summary>A number, also from a scalar.</summary>
    public double Number(string parameter) => this[parameter] switch
    {
        Extent number => Fixed(number),
        bool flag => flag ? 1 : 0,
        IConvertible number => number.ToDouble(System.Globalization.CultureInfo.InvariantCulture),
        _ => throw Refuse($"has no number '{parameter}'"),
    };

    /// <summary>Whether a flag is set.</summary>
    public bool Flag(string parameter) => (bool)this[parameter]!;

    /// <summary>A dimension, counted from the front.</summary>
    /// <param name="parameter">The number's name.</param>
    /// <param name="rank">How many dimensions there are.</param>
    public int Dim(string parameter, int rank) => (int)(Int(parameter) is var dim && dim < 0 ? dim + rank : dim);

    /// <summary>Dimensions, counted from the front, in order.</summary>
    public long[] Dims(string parameter, int rank) => [.. Ints(parameter).Select(dim => dim < 0 ? dim + rank : dim).Order()];

    /// <summary>A parameter of a native module, as a constant with its name.</summary>
    /// <param name="parameter">The parameter, or the first of those that the values are made of.</param>
    /// <param name="values">The values.</param>
    public string Constant(Tensor parameter, Tensor values) => Graph.Constant(TensorBytes.Of(NameOf(parameter), TensorContent.Of(values)));

    /// <summary>A parameter's name in the network.</summary>
    public string NameOf(Tensor parameter) => traced.Names[parameter.Handle];

    /// <summary>Adds a node between.</summary>
    /// <returns>The name of its result.</returns>
    public string Emit(string operation, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes) => Graph.Add(NodeName, operation, inputs, attributes);

    /// <summary>Adds the node that makes the result.</summary>
    public void Result(string operation, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes) => Set(Graph.Add(NodeName, operation, inputs, attributes));

    /// <summary>Adds a node that makes all results.</summary>
    public void Results(string operation, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes)
    {
        var outputs = Graph.Add(NodeName, operation, inputs, ResultCount, attributes);
        for (var i = 0; i < outputs.Length; i++)
        {
            Set(outputs[i], i);
        }
    }

    /// <summary>Says that a result is a value of the graph.</summary>
    public void Set(string value, int result = 0)
    {
        var id = node.Results[result];
        names[id] = value;
        _ = Graph.Values.TryAdd(value, new ExportValue(TypeOf(traced.Values[id].Type), traced.Values[id].Shape));
    }

    /// <summary>A value in another shape.</summary>
    /// <param name="value">The value.</param>
    /// <param name="shape">The shape; at most one of its sizes grows with the batch.</param>
    public string Reshape(string value, IReadOnlyList<Extent> shape) => Emit("Reshape", [value, ReshapeTo(shape)]);

    /// <summary>The shape for a reshape.</summary>
    public string ReshapeTo(IReadOnlyList<Extent> shape) => shape.Count(size => size.IsBatch) <= 1
        ? Graph.Integers([.. shape.Select(size => size.IsBatch ? -1 : size.Fixed)])
        : throw Refuse("makes a shape in which two sizes grow with the batch");

    /// <summary>A value in another type.</summary>
    public string CastTo(string value, OnnxType from, OnnxType to) => from == to ? value : Emit("Cast", [value], new OnnxAttribute("to", (long)to));

    /// <summary>A number that must not grow with the batch.</summary>
    public long Fixed(Extent size) => size.IsBatch ? throw Refuse("depends on the batch size where ONNX takes a fixed number") : size.Fixed;

    /// <summary>The error of a call for which there is no operator.</summary>
    public AbsException Refuse(string why) => TraceRefusal.Of(node.Function.Name, node.Place, why);

    /// <summary>The ONNX type of torch's.</summary>
    public OnnxType TypeOf(ScalarType type) => TensorBytes.TypeOf(type) ?? throw Refuse($"works on {type}, which the export does not know");

    /// <summary>A layer's nodes have its name, others their function's.</summary>
    private string NodeName => node.Arguments.OfType<ConstantOperand>().FirstOrDefault(constant => constant.Name is not null)?.Name is { } parameter && parameter.LastIndexOf('.') is > 0 and var dot
        ? parameter[..dot]
        : Function;

    private OnnxType TypeOf(Operand operand) => TypeOf(operand switch
    {
        ConstantOperand constant => constant.Content.Type,
        FillOperand fill => fill.Type,
        RepeatOperand repeat => repeat.One.Type,
        _ => traced.Values[((ValueOperand)operand).Id].Type,
    });

    /// <summary>The sizes of a tensor that grows with the batch, of which the network's input tells.</summary>
    private string Sizes(IReadOnlyList<Extent> shape)
    {
        var batch = Emit("Shape", [Graph.Inputs[0]], new("start", 0L), new("end", 1L));
        string[] sizes = [.. shape.Select(size => !size.IsBatch ? Graph.Integers(size.Fixed) : size.PerExample == 1 ? batch : Emit("Mul", [batch, Graph.Integers(size.PerExample)]))];
        return Emit("Concat", sizes, new OnnxAttribute("axis", 0L));
    }

    private string ValueOf(object operand) => operand switch
    {
        ValueOperand value => names[value.Id] ?? throw Refuse("uses a result that the export has no value for, such as the positions of a pooling's maxima"),
        ConstantOperand constant when TensorBytes.TypeOf(constant.Content.Type) is not null => Graph.Constant(TensorBytes.Of(constant.Name ?? "constant", constant.Content)),
        FillOperand fill => Emit("ConstantOfShape", [Sizes(fill.Shape)], new OnnxAttribute("value", new OnnxTensor("", TypeOf(fill.Type), [1], fill.Element))),
        RepeatOperand repeat => Emit("Expand", [Graph.Constant(TensorBytes.Of("constant", repeat.One)), Sizes(repeat.Shape)]),
        ConstantOperand constant => throw Refuse($"uses a constant of {constant.Content.Type}, which the export does not know"),
        _ => throw Refuse("takes a number where a tensor is expected"),
    };

    private int IndexOf(string parameter)
    {
        for (var i = 0; i < node.Function.Parameters.Count; i++)
        {
            if (node.Function.Parameters[i].Name == parameter)
            {
                return i;
            }
        }

        throw new ArgumentException($"{node.Function.Name} has no parameter '{parameter}'.", nameof(parameter));
    }
}
