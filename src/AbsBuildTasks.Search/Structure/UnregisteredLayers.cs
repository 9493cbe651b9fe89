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
            foreach (var field in Fields(module.GetType()))
            {
                if (Modules(field.GetValue(module)).Any(held => !registered.Contains(held)))
                {
                    throw new AbsException(
                        AbsCodes.LayerNotCalled,
                        $"{field.DeclaringType!.Name}.{field.Name} holds a layer that is not registered, so that it is neither trained nor compressed; call RegisterComponents() at the end of the constructor, and keep several layers in a ModuleList or Sequential.");
                }
            }
        }
    }

    /// <summary>Also what base classes keep to themselves.</summary>
    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (var declaring = type; declaring.Assembly != typeof(Module).Assembly; declaring = declaring.BaseType!)
        {
            foreach (var field in declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
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
