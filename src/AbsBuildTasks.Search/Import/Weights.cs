using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>Gives layers the weights of a file.</summary>
internal static class Weights
{
    /// <summary>Sets a parameter or buffer of a layer, where it has it.</summary>
    public static void Set(Tensor? target, Tensor? value)
    {
        if (target is not null && value is not null)
        {
            using var noGradient = no_grad();
            _ = target.copy_(value);
        }
    }
}
