using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>A network and how a batch goes through it.</summary>
/// <param name="Module">The network.</param>
/// <param name="Forward">The model's <see cref="IAbsModel.Forward"/>.</param>
internal sealed record ModelNetwork(Module Module, Func<Module, IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> Forward)
{
    /// <summary>The names of parameters that lay in one memory with others where the network was made; null where it still is there, to be looked at.</summary>
    public IReadOnlySet<string>? Overlapping { get; init; }

    /// <summary>Runs a batch.</summary>
    /// <param name="inputs">Each <c>[N, …]</c>.</param>
    public IReadOnlyList<Tensor> Call(IReadOnlyList<Tensor> inputs) => Forward(Module, inputs);
}
