using static TorchSharp.torch;

namespace AbsBuildTasks.Search;

/// <summary>Examples without targets.</summary>
/// <param name="Train">What is learned on: the network's inputs in their order, each <c>[N, …]</c>.</param>
/// <param name="Test">Held out: only measured on. The same inputs, for other examples.</param>
public sealed record UnlabelledData(IReadOnlyList<Tensor> Train, IReadOnlyList<Tensor> Test);
