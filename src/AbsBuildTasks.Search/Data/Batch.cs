using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Some examples with their targets.</summary>
/// <param name="Inputs">Each <c>[N, …]</c>.</param>
/// <param name="Targets">Each <c>[N, …]</c>.</param>
internal sealed record Batch(IReadOnlyList<Tensor> Inputs, IReadOnlyList<Tensor> Targets)
{
    /// <summary>The number of examples, N.</summary>
    public long Count => Inputs[0].shape[0];
}
