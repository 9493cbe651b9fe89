using TorchSharp.Modules;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// Parameters that no layer has: those of the network's own modules, which their code uses as it likes, and the slopes of
/// PReLU. Each is a layer of its own in plans.
/// </summary>
internal sealed class OwnParameters : IModuleRow
{
    /// <inheritdoc />
    public bool Is(Module module) => module is PReLU or ParameterList or ParameterDict || module.GetType().Assembly != typeof(Module).Assembly;

    /// <inheritdoc />
    public IReadOnlyList<ModuleKind> KindsOf(Module module) =>
    [
        .. module.named_parameters(recurse: false)
            .Where(pair => pair.parameter.dtype == ScalarType.Float32 && pair.parameter.numel() > 1)
            .Select(pair => new OwnParameterKind(pair.name, isOnlyOne: module is PReLU)),
    ];
}
