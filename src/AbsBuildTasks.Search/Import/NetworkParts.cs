using AbsBuildTasks.Search.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Import;

/// <summary>What a network is made of.</summary>
/// <param name="File">What messages call the file.</param>
/// <param name="Inputs">What goes in.</param>
/// <param name="Outputs">What comes out.</param>
/// <param name="Steps">The nodes that run, in order.</param>
/// <param name="Layers">The layers that they call.</param>
/// <param name="Tensors">The buffers by name: constants of floating point.</param>
/// <param name="Buffers">The name of the buffer that each such value lies in.</param>
/// <param name="Constants">Other constants, by value.</param>
internal sealed record NetworkParts(
    string File,
    IReadOnlyList<OnnxValueInfo> Inputs,
    IReadOnlyList<OnnxValueInfo> Outputs,
    IReadOnlyList<NetworkStep> Steps,
    IReadOnlyList<(string Name, Module<Tensor, Tensor> Module)> Layers,
    IReadOnlyList<(string Name, Tensor Value)> Tensors,
    IReadOnlyDictionary<string, string> Buffers,
    IReadOnlyDictionary<string, HostConstant> Constants);
