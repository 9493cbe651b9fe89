using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Search;

namespace AbsBuildTasks.Worker.Models;

/// <summary>Finds the type in a model project that implements <see cref="IAbsModel"/>.</summary>
internal static class ModelType
{
    /// <summary>Finds the type.</summary>
    /// <param name="assembly">The model project's assembly.</param>
    /// <param name="name">Its full name, or null where the assembly has just one.</param>
    /// <exception cref="AbsException">ABS1001: no such type. ABS1002: no name, and several types.</exception>
    public static Type Find(Assembly assembly, string? name)
    {
        var types = TypesOf(assembly);
        var candidates = types.Where(IsModel).OrderBy(type => type.FullName, StringComparer.Ordinal).ToArray();
        var file = assembly.GetName().Name + ".dll";
        var found = name is null ? Only(candidates, file) : Named(types, candidates, name, file);
        return found.GetConstructor(Type.EmptyTypes) is not null
            ? found
            : throw NotFound($"Type '{found.FullName}' has no public parameterless constructor; add one, it is how the search makes it.");
    }

    private static Type Only(Type[] candidates, string file) => candidates.Length switch
    {
        1 => candidates[0],
        0 => throw NotFound($"{file} has no class that implements {nameof(IAbsModel)}; implement it, or remove the AbsModel item."),
        _ => throw new AbsException(AbsCodes.ModelTypeAmbiguous, $"{file} has several classes that implement {nameof(IAbsModel)}: {Names(candidates)}; name one, for example Type=\"{candidates[0].FullName}\"."),
    };

    private static Type Named(Type[] types, Type[] candidates, string name, string file)
    {
        if (Array.Find(candidates, type => type.FullName == name) is { } found)
        {
            return found;
        }

        if (Array.Exists(types, type => type.FullName == name))
        {
            throw NotFound($"Type '{name}' is not a class that implements {nameof(IAbsModel)}; {Offer(candidates)}.");
        }

        return NearName.Of(name, candidates.Select(type => type.FullName!)) is { } near
            ? throw NotFound($"{file} has no type '{name}'; did you mean Type=\"{near}\"?")
            : throw NotFound($"{file} has no type '{name}'; {Offer(candidates)}.");
    }

    private static string Offer(Type[] candidates) => candidates.Length == 0
        ? $"no class in the assembly implements {nameof(IAbsModel)} yet"
        : $"these implement {nameof(IAbsModel)}: {Names(candidates)}";

    private static string Names(Type[] types) => string.Join(", ", types.Select(type => type.FullName));

    private static bool IsModel(Type type) =>
        type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && typeof(IAbsModel).IsAssignableFrom(type);

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            // Types that build on something absent at run time cannot be searched, but need not be in the way of others.
            return [.. exception.Types.OfType<Type>()];
        }
    }

    private static AbsException NotFound(string message) => new(AbsCodes.ModelTypeNotFound, message);
}
