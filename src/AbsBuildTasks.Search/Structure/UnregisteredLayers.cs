using System.Collections;
using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Structure;

/// <summary>
/// Layers that a network holds but never registered: torch neither trains nor saves them, and no hook sees them.
/// </summary>
internal static class UnregisteredLayers
{
    /// <summary>Fails where a module's field holds such a layer, directly or in a list.</summary>
    /// <exception cref="AbsException">ABS2003, naming the field.</exception>
    public static void Refuse(Module network)
    {
        var registered = network.modules().Append(network).ToHashSet();
        foreach (var module in registered.Where(module => module.GetType().Assembly != typeof(Module).Assembly))
        {
            foreach (var field in module.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .Where(field => field.DeclaringType!.Assembly != typeof(Module).Assembly))
            {
                if (Modules(field.GetValue(module)).Any(held => !registered.Contains(held)))
                {
                    throw new AbsException(
                        AbsCodes.LayerNotCalled,
                        $"{module.GetType().Name}.{field.Name} holds a layer that is not registered, so that it is neither trained nor compressed; call RegisterComponents() at the end of the constructor, and keep several layers in a ModuleList or Sequential.");
                }
            }
        }
    }

    private static IEnumerable<Module> Modules(object? value) => value switch
    {
        Module module => [module],
        IEnumerable<Module> modules => modules,
        IDictionary dictionary => dictionary.Values.OfType<Module>(),
        _ => [],
    };
}
