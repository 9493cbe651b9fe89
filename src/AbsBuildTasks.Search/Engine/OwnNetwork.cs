using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Engine;

/// <summary>A network that nobody else uses, with the model that made it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Module">The network, on the job's device.</param>
internal sealed record OwnNetwork(CheckedModel Model, Module Module);
