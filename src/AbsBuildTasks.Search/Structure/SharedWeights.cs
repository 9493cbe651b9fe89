using AbsBuildTasks.Plans.Errors;
using TorchSharp.Modules;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Parameters of weighted layers that a network holds under two names: quantised for one, they would be in full precision
/// for the other, and the compressed weights could not be stored.
/// </summary>
internal static class SharedWeights
{
    /// <summary>Fails where a convolution's or linear layer's parameter has another name too.</summary>
    /// <exception cref="AbsException">ABS2010, naming both.</exception>
    public static void Refuse(Module network)
    {
        var weighted = network.named_modules()
            .Where(pair => pair.module is Convolution or Linear)
            .SelectMany(pair => pair.module.parameters())
            .Select(parameter => parameter.Handle)
            .ToHashSet();
        var shared = network.state_dict()
            .Where(pair => weighted.Contains(pair.Value.Handle))
            .GroupBy(pair => pair.Value.Handle, pair => pair.Key)
            .FirstOrDefault(names => names.Count() > 1);
        if (shared is not null)
        {
            throw new AbsException(
                AbsCodes.UnsupportedLayer,
                $"{string.Join(" and ", shared)} are one parameter, which cannot be compressed for one layer and not for another; give each layer weights of its own, or register a layer that is called twice under one name only.");
        }
    }
}
