using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>Helpers for the lifetime of parameters and of computed tensors in a parameter's place.</summary>
internal static class ParameterExtensions
{
    /// <summary>Takes a parameter out of the current dispose scope: it lives as long as its owner.</summary>
    public static Parameter Detached(this Parameter parameter) => (Parameter)parameter.DetachFromDisposeScope();

    /// <summary>Wraps a computed tensor so that it fits a weight slot; its gradient still flows on.</summary>
    public static Parameter InSlot(this Tensor computed) => new(computed, computed.requires_grad);
}
