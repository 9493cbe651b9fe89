namespace AbsBuildTasks.Search.Layers;

/// <summary>One call of a layer as an operator of ONNX: all that its time follows from, but for what a plan prunes.</summary>
/// <param name="Operator"><c>Conv</c>, <c>ConvTranspose</c>, <c>Gemm</c> or <c>MatMul</c>.</param>
/// <param name="Input">The shape of its input, with nothing pruned.</param>
/// <param name="ChannelDimension">The dimension of the input that counts channels or features.</param>
/// <param name="Kernel">The kernel's sides; none of a linear layer.</param>
/// <param name="Attributes">The operator's attributes, but for its groups.</param>
internal sealed record LayerCall(string Operator, IReadOnlyList<long> Input, int ChannelDimension, IReadOnlyList<long> Kernel, IReadOnlyList<(string Name, IReadOnlyList<long> Values)> Attributes)
{
    /// <summary>The call in a few words, by which calls that are alike are known: <c>Conv 1x8x8x8, kernel 3x3, pads 1 1 1 1</c>.</summary>
    public override string ToString() => string.Join(
        ", ",
        Attributes.Where(attribute => attribute.Values.Any(value => value != (attribute.Name is "strides" or "dilations" ? 1 : 0)))
            .Select(attribute => $"{attribute.Name} {string.Join(" ", attribute.Values)}")
            .Prepend(Kernel.Count > 0 ? $"kernel {string.Join("x", Kernel)}" : "")
            .Prepend($"{Operator} {string.Join("x", Input)}")
            .Where(part => part.Length > 0));
}
