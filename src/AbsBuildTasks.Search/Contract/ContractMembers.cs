using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search;

/// <summary>Finds members of a model that look like members of the contract, but are none to C#: its defaults are used then.</summary>
/// <remarks>
/// An interface's default is replaced by a public member of the class that lists the interface, or of a base class of it,
/// and by nothing else: neither by a member of a class below that one, nor by one that is not public, static, or has
/// another signature. The compiler says nothing of it.
/// </remarks>
internal static class ContractMembers
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Looks at a model's class.</summary>
    /// <param name="model">The class.</param>
    /// <param name="warn">Told of a member that has only the name in common: a code and one line.</param>
    /// <exception cref="AbsException">ABS2028, naming the member.</exception>
    public static void Check(Type model, Action<string, string> warn)
    {
        var map = model.GetInterfaceMap(typeof(IAbsModel));
        var called = map.InterfaceMethods.Zip(map.TargetMethods).ToArray();
        foreach (var type in Hierarchy(model))
        {
            foreach (var (name, method) in Members(type))
            {
                var namesakes = called.Where(pair => Name(pair.First) == name).ToArray();
                if (namesakes.Length == 0 || Array.Exists(called, pair => Reaches(pair.Second, method)))
                {
                    continue;
                }

                if (Array.Find(namesakes, pair => Alike(pair.First, method)) is { First: { } exact } alike)
                {
                    if (IsDefault(alike.Second) || alike.Second.DeclaringType!.IsAssignableFrom(type))
                    {
                        throw Error(type, name, method, Remedy(model, type, exact, method), IsDefault(alike.Second));
                    }
                }
                else if (namesakes.All(pair => IsDefault(pair.Second)))
                {
                    var error = Error(type, name, method, $"give it the contract's signature: {Signature(namesakes[0].First)}", isDefault: true);
                    if (Array.Exists(namesakes, pair => Near(pair.First, method)))
                    {
                        throw error;
                    }

                    warn(error.Code, error.Message);
                }
            }
        }
    }

    private static IEnumerable<Type> Hierarchy(Type model)
    {
        for (var type = model; type is not null && type != typeof(object); type = type.BaseType)
        {
            yield return type;
        }
    }

    /// <summary>A class's own members, as the contract names its own. A field stands for itself.</summary>
    private static IEnumerable<(string Name, MemberInfo Member)> Members(Type type)
    {
        foreach (var method in type.GetMethods(Declared))
        {
            // Explicit implementations are called, and what compilers make has names that cannot be written.
            if (!method.Name.Contains('.') && !method.Name.Contains('<'))
            {
                yield return (Name(method), method);
            }
        }

        foreach (var field in type.GetFields(Declared).Where(field => field.Name == nameof(IAbsModel.MetricName)))
        {
            yield return (field.Name, field);
        }
    }

    private static string Name(MethodInfo method) => method.IsSpecialName && method.Name.StartsWith("get_", StringComparison.Ordinal) ? method.Name[4..] : method.Name;

    /// <summary>Whether a call of the one runs the other, or may: what a base class's implementation calls can be overridden.</summary>
    private static bool Reaches(MethodInfo target, MemberInfo member) => member is MethodInfo method
        && (method == target
            || method.GetBaseDefinition() == target.GetBaseDefinition()
            || (!IsDefault(target) && Name(target).EndsWith(Name(method), StringComparison.Ordinal) && method.GetBaseDefinition().DeclaringType!.IsAssignableFrom(target.DeclaringType)));

    private static bool IsDefault(MethodInfo target) => target.DeclaringType == typeof(IAbsModel);

    private static bool Alike(MethodInfo contract, MemberInfo member) => member is MethodInfo method
        ? method.ReturnType == contract.ReturnType && !method.IsGenericMethod && Types(method).SequenceEqual(Types(contract))
        : Types(contract).Length == 0;

    /// <summary>Whether it takes as many tensors, or lists of tensors, and the network or file where the contract does.</summary>
    private static bool Near(MethodInfo contract, MemberInfo member) => member is MethodInfo method
        && Types(method).Length == Types(contract).Length
        && Types(method).Zip(Types(contract)).All(pair => pair.First == pair.Second || (IsOfTensors(pair.First) && IsOfTensors(pair.Second)) || pair.Second.IsAssignableFrom(pair.First));

    private static bool IsOfTensors(Type type) => type == typeof(Tensor) || typeof(IEnumerable<Tensor>).IsAssignableFrom(type);

    private static Type[] Types(MethodInfo method) => [.. method.GetParameters().Select(parameter => parameter.ParameterType)];

    private static string Remedy(Type model, Type type, MethodInfo contract, MemberInfo member)
    {
        var lister = Hierarchy(model).Last(typeof(IAbsModel).IsAssignableFrom);
        return member switch
        {
            FieldInfo => $"make it a property: {Signature(contract)}",
            MethodInfo { IsStatic: true } => "make it an instance member",
            MethodInfo { IsPublic: false } => "make it public",
            _ => $"list the interface in {type.Name}'s declaration, too: class {type.Name} : {(type == lister ? "" : type.BaseType!.Name + ", ")}{nameof(IAbsModel)}",
        };
    }

    private static string Signature(MethodInfo method) => method.IsSpecialName
        ? $"public {Word(method.ReturnType)} {Name(method)} => …"
        : $"public {Word(method.ReturnType)} {method.Name}({string.Join(", ", method.GetParameters().Select(parameter => $"{Word(parameter.ParameterType)} {parameter.Name}"))})";

    private static string Word(Type type) => type switch
    {
        _ when type == typeof(double) => "double",
        _ when type == typeof(string) => "string",
        _ when type == typeof(bool) => "bool",
        _ when type == typeof(void) => "void",
        { IsGenericType: true } => $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GenericTypeArguments.Select(Word))}>",
        _ => type.Name,
    };

    private static AbsException Error(Type type, string name, MemberInfo member, string remedy, bool isDefault)
    {
        var parameters = member is MethodInfo { IsSpecialName: false } method ? $"({string.Join(", ", Types(method).Select(Word))})" : "";
        return new AbsException(
            AbsCodes.MemberNotCalled,
            $"{type.Name}.{name}{parameters} is never called: to C# it does not implement {nameof(IAbsModel)}.{name}, of which {(isDefault ? "the default" : "a base class's implementation")} is used instead; {remedy}, or rename it if it is not meant so.");
    }
}
