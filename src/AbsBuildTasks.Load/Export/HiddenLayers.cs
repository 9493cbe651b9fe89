using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Export;

/// <summary>Tells why a network does not show a layer that it has: TorchSharp finds layers by the names of fields, which trimming takes away.</summary>
internal static class HiddenLayers
{
    /// <summary>The error, where the network's own code holds the layer; null where nothing speaks for it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="modules">The network's modules by name, without the network itself.</param>
    /// <param name="name">The path of the layer, or of one of its tensors.</param>
    public static AbsException? Error(Module network, IReadOnlyDictionary<string, Module> modules, string name)
    {
        var (path, owner) = Owner(network, modules, name);
        var type = owner.GetType();
        return type.Assembly != typeof(Module).Assembly && !owner.named_children().Any() && !owner.named_parameters(recurse: false).Any()
            ? new AbsException(
                AbsCodes.LayersNotShown,
                $"The compressed weights have '{WeightManifest.Shown(name)}', but {(path.Length == 0 ? "the network" : $"'{path}'")} ({type.Name}) shows no layers at all. Its constructor must call RegisterComponents(). In a trimmed or native AOT application, the names of its fields must be kept as well: add <TrimmerRootAssembly Include=\"{type.Assembly.GetName().Name}\" /> to the application's project.")
            : null;
    }

    /// <summary>The innermost module around a layer that the network does show.</summary>
    private static (string Path, Module Module) Owner(Module network, IReadOnlyDictionary<string, Module> modules, string name)
    {
        for (var end = name.LastIndexOf('.'); end > 0; end = name.LastIndexOf('.', end - 1))
        {
            if (modules.TryGetValue(name[..end], out var module))
            {
                return (name[..end], module);
            }
        }

        return ("", network);
    }
}
