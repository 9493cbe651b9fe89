using TorchSharp.Modules;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Structure;

/// <summary>What of a network has weights that the search neither compresses nor counts.</summary>
internal static class LeftAloneLayers
{
    /// <summary>Layers by name and kind, and parameters that a module of the network's author holds by name.</summary>
    /// <param name="network">The network.</param>
    /// <param name="takesPart">Whether the search knows a module and saw it run; beside those, normalisations over several channels have too little to be named.</param>
    public static string[] Of(Module network, Predicate<Module> takesPart)
    {
        var found = new List<string>();
        foreach (var (name, module) in network.named_modules().Prepend(("", network)))
        {
            if (module is LayerNorm or GroupNorm || takesPart(module))
            {
                continue;
            }

            var own = module.named_parameters(recurse: false).Select(parameter => parameter.name).ToArray();
            if (own.Length > 0)
            {
                found.AddRange(module.GetType().Assembly == typeof(Module).Assembly
                    ? [$"{name} ({module.GetType().Name})"]
                    : own.Select(parameter => $"{(name.Length > 0 ? name + "." : "")}{parameter} (Parameter)"));
            }
        }

        return [.. found.Distinct()];
    }
}
