using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>Runs a node.</summary>
/// <param name="inputs">What goes in.</param>
/// <returns>What comes out, in the order of the node's outputs.</returns>
internal delegate Tensor[] Operation(NodeInputs inputs);

/// <summary>One operator of ONNX.</summary>
/// <param name="Name">Its name in files.</param>
/// <param name="MinInputs">The inputs it must have.</param>
/// <param name="MaxInputs">The inputs it can have.</param>
/// <param name="Set">Reads a node's attributes, and gives what runs it.</param>
internal sealed record OperatorRow(string Name, int MinInputs, int MaxInputs, Func<NodeSetup, Operation> Set)
{
    /// <summary>The outputs that are given; a file may name more that nothing takes.</summary>
    public int Outputs { get; init; } = 1;

    /// <summary>An operator of one input without attributes.</summary>
    public static OperatorRow Of(string name, Func<Tensor, Tensor> run) => new(name, 1, 1, _ => inputs => [run(inputs[0])]);

    /// <summary>An operator of one input with attributes.</summary>
    public static OperatorRow Of(string name, Func<NodeSetup, Func<Tensor, Tensor>> set) => new(name, 1, 1, node =>
    {
        var run = set(node);
        return inputs => [run(inputs[0])];
    });

    /// <summary>An operator of two inputs that are broadcast to each other.</summary>
    public static OperatorRow Of(string name, Func<Tensor, Tensor, Tensor> run) => new(name, 2, 2, _ => inputs => inputs.Together() is [var left, var right]
        ? [run(left, right)]
        : throw inputs.Refuse("an input is missing"));
}
