using System.Reflection;
using TorchSharp;

namespace AbsBuildTasks.Search.Tracing;

/// <summary>A native function of TorchSharp, and how its arguments are to be read.</summary>
internal sealed class NativeFunction
{
    private static readonly Dictionary<string, MethodInfo> Methods = typeof(torch).Assembly.GetType(TraceHook.NativeMethods)!
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Where(method => !method.Name.StartsWith(TraceHook.NativePrefix, StringComparison.Ordinal))
        .ToDictionary(method => method.Name, StringComparer.Ordinal);

    private static readonly Dictionary<string, NativeFunction> Known = new(StringComparer.Ordinal);

    private NativeFunction(string name, NativeParameter[] parameters, bool returnsHandle)
    {
        (Name, Parameters) = (name, parameters);
        ReturnsHandle = returnsHandle && !Array.Exists(parameters, parameter => parameter.Role == NativeRole.Allocator);
        ReturnsArray = Array.FindAll(parameters, parameter => parameter.Role is NativeRole.Allocator or NativeRole.Out) is [{ Role: NativeRole.Allocator }];
    }

    /// <summary>Its name, such as <c>THSTensor_relu_</c>.</summary>
    public string Name { get; }

    /// <summary>Its parameters, in order.</summary>
    public IReadOnlyList<NativeParameter> Parameters { get; }

    /// <summary>Whether what it returns is a new tensor, or a null pointer where it failed.</summary>
    public bool ReturnsHandle { get; }

    /// <summary>Whether all it gives are the tensors of one array.</summary>
    public bool ReturnsArray { get; }

    /// <summary>Whether it overwrites its first argument.</summary>
    public bool IsInPlace => Name.EndsWith('_');

    /// <summary>The function that computes the same into a new tensor, where there is one.</summary>
    public NativeFunction Plain => IsInPlace && Methods.ContainsKey(Name[..^1]) && Of(Name[..^1]) is var plain && plain.Parameters.Count == Parameters.Count ? plain : this;

    /// <summary>Whether TorchSharp has a function of this name.</summary>
    public static bool Exists(string name) => Methods.ContainsKey(name);

    /// <summary>The handles of the array that an argument receives; null for another argument.</summary>
    public static IntPtr[]? ArrayOf(object? argument) => argument is Delegate { Target: { } target } ? target.GetType().GetProperty("Array")?.GetValue(target) as IntPtr[] : null;

    /// <summary>The function of a name that TorchSharp has.</summary>
    public static NativeFunction Of(string name)
    {
        if (!Known.TryGetValue(name, out var function))
        {
            var method = Methods[name];
            Known[name] = function = new NativeFunction(name, NativeParameter.All(method), method.ReturnType == typeof(IntPtr));
        }

        return function;
    }
}
