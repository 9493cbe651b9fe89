using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Layers;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>Normalisations that are given one example without its batch dimension, which torch allows and compression does not.</summary>
internal static class UnbatchedInput
{
    /// <summary>Fails where a normalisation gets such an input.</summary>
    /// <param name="layer">The layer; of another kind it is never refused.</param>
    /// <param name="input">What it is given.</param>
    /// <exception cref="AbsException">ABS2029, naming the layer.</exception>
    public static void Refuse(KnownModule layer, Tensor input)
    {
        if ((layer.Kind as NormKind)?.BatchDimensionsOf(layer.Module) is { } expected && input.dim() == expected - 1)
        {
            throw new AbsException(
                AbsCodes.UnbatchedInput,
                $"Layer '{layer.Name}' ({layer.Module.GetType().Name}) is given an input of shape [{string.Join(", ", input.shape)}], without a batch dimension; give it {Shape(expected)}, for example by unsqueeze(0), or let the whole batch through at once.")
            {
                Layer = layer.Name,
            };
        }
    }

    private static string Shape(int dimensions) => dimensions switch
    {
        3 => "[N, C, L]",
        4 => "[N, C, H, W]",
        _ => "[N, C, D, H, W]",
    };
}
