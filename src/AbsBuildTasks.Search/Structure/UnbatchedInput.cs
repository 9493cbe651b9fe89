using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Kinds = TorchSharp.Modules;

namespace AbsBuildTasks.Search.Structure;

/// <summary>Normalisations that are given one example without its batch dimension, which torch allows and compression does not.</summary>
internal static class UnbatchedInput
{
    /// <summary>Fails where a normalisation gets such an input.</summary>
    /// <param name="layerName">The layer's name in the network.</param>
    /// <param name="module">The layer.</param>
    /// <param name="input">What it is given.</param>
    /// <exception cref="AbsException">ABS2029, naming the layer.</exception>
    public static void Refuse(string layerName, Module module, Tensor input)
    {
        if (Dimensions(module) is { } expected && input.dim() == expected - 1)
        {
            throw new AbsException(
                AbsCodes.UnbatchedInput,
                $"Layer '{layerName}' ({module.GetType().Name}) is given an input of shape [{string.Join(", ", input.shape)}], without a batch dimension; give it {Shape(expected)}, for example by unsqueeze(0), or let the whole batch through at once.")
            {
                Layer = layerName,
            };
        }
    }

    /// <summary>Dimensions of a batch, or null where a layer takes any number.</summary>
    private static long? Dimensions(Module module) => module switch
    {
        Kinds.InstanceNorm1d => 3,
        Kinds.InstanceNorm2d => 4,
        Kinds.InstanceNorm3d => 5,
        _ => null,
    };

    private static string Shape(long dimensions) => dimensions switch
    {
        3 => "[N, C, L]",
        4 => "[N, C, H, W]",
        _ => "[N, C, D, H, W]",
    };
}
