namespace AbsBuildTasks.Search.Tracing;

/// <summary>A tensor that a native function is given.</summary>
internal abstract record Operand;

/// <summary>A tensor that depends on the network's input.</summary>
/// <param name="Id">Its number in the order in which the network made such tensors.</param>
internal sealed record ValueOperand(int Id) : Operand;

/// <summary>A tensor that does not depend on the network's input.</summary>
/// <param name="Name">Its name in the network, where it is a parameter or a buffer.</param>
/// <param name="Content">Its values.</param>
internal sealed record ConstantOperand(string? Name, TensorContent Content) : Operand;

/// <summary>A tensor of one value everywhere, made for the size of the batch.</summary>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Element">The bytes of an element.</param>
internal sealed record FillOperand(TorchSharp.torch.ScalarType Type, IReadOnlyList<Extent> Shape, byte[] Element) : Operand
{
    /// <summary>Whether all elements are zero.</summary>
    public bool IsZero => Array.TrueForAll(Element, value => value == 0);
}

/// <summary>A tensor of the same values for each example, made for the size of the batch: a learned token, for example.</summary>
/// <param name="One">The values of one example; its dimension of examples has size 1.</param>
/// <param name="Shape">The tensor's shape, in which one size is the batch's.</param>
internal sealed record RepeatOperand(TensorContent One, IReadOnlyList<Extent> Shape) : Operand;
