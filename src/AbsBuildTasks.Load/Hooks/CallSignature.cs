using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Hooks;

/// <summary>
/// How modules of one signature take hooks. TorchSharp types a hook by all that a module takes and gives: as
/// <c>Func&lt;Module, T1, …, Tn, (T1, …, Tn)?&gt;</c> before a call, without the tuple where n is 1, and as
/// <c>Func&lt;Module, T1, …, Tn, TResult, TResult&gt;</c> behind it.
/// </summary>
/// <param name="inputs">The types of all that a module takes.</param>
/// <param name="result">The type of what it gives.</param>
internal abstract class CallSignature(Type[] inputs, Type result)
{
    private static readonly HashSet<Type> Callable = [typeof(Module<,>), typeof(Module<,,>), typeof(Module<,,,>), typeof(Module<,,,,>), typeof(Module<,,,,,>), typeof(Module<,,,,,,>)];

    // Those of TorchSharp's layers, and of tensors alone: native AOT compiles what stands here, and makes no others while it runs.
    private static readonly ConcurrentDictionary<Type, CallSignature> Known = new()
    {
        [typeof(Module<Tensor, Tensor>)] = new ModuleCall<Tensor, Tensor>(),
        [typeof(Module<Tensor, Tensor, Tensor>)] = new ModuleCall<Tensor, Tensor, Tensor>(),
        [typeof(Module<Tensor, Tensor, Tensor, Tensor>)] = new ModuleCall<Tensor, Tensor, Tensor, Tensor>(),
        [typeof(Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>)] = new ModuleCall<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>(),
        [typeof(Module<Tensor, Tensor, (Tensor, Tensor)>)] = new ModuleCall<Tensor, Tensor, (Tensor, Tensor)>(),
        [typeof(Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)>)] = new ModuleCall<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)>(),
        [typeof(Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)>)] = new ModuleCall<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)>(),
        [typeof(Module<Tensor, Tensor, Tensor, Tensor, bool, Tensor, (Tensor, Tensor)>)] = new ModuleCall<Tensor, Tensor, Tensor, Tensor, bool, Tensor, (Tensor, Tensor)>(),
    };

    /// <summary>Whether a module has a <c>call()</c>, so that it can be hooked.</summary>
    public static bool IsThere(Module module) => CallableOf(module) is not null;

    /// <summary>The signature of a module.</summary>
    /// <exception cref="ArgumentException">It has no <c>call()</c>, so that nothing can be hooked.</exception>
    /// <exception cref="NotSupportedException">This application is compiled by native AOT, which has no code for such a signature.</exception>
    public static CallSignature Of(Module module)
    {
        var type = CallableOf(module) ?? throw new ArgumentException($"A {module.GetType().Name} has no call().", nameof(module));
        return Known.TryGetValue(type, out var known) ? known
            : RuntimeFeature.IsDynamicCodeSupported ? Known.GetOrAdd(type, Make(type.GetGenericArguments()))
            : throw new NotSupportedException($"Native AOT has no code for hooks of a {type}.");
    }

    /// <summary>Registers a hook that sees, and may replace, what goes in.</summary>
    /// <returns>Removes it.</returns>
    public Action Before(Module module, Func<IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>?> hook) =>
        RegisterBefore(module, given => hook(Inputs(given)) is { } replaced ? With(inputs, given, replaced) : null);

    /// <summary>Registers a hook that sees what goes in, and may replace what comes out.</summary>
    /// <returns>Removes it.</returns>
    public Action After(Module module, Func<IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>?> hook) =>
        RegisterAfter(module, (given, output) => hook(Inputs(given), [.. TensorParts.Of(result, output)]) is { } replaced ? With([result], [output], replaced)[0] : output);

    private static Type? CallableOf(Module module)
    {
        var type = module.GetType();
        while (type is not null && !(type.IsGenericType && Callable.Contains(type.GetGenericTypeDefinition())))
        {
            type = type.BaseType;
        }

        return type;
    }

    /// <summary>Registers a hook that gets all that goes in, and returns as much in its place, or null to keep it.</summary>
    /// <returns>Removes it.</returns>
    protected abstract Action RegisterBefore(Module module, Func<object?[], object?[]?> hook);

    /// <summary>Registers a hook that gets all that goes in and what comes out, and returns what comes out in the end.</summary>
    /// <returns>Removes it.</returns>
    protected abstract Action RegisterAfter(Module module, Func<object?[], object?, object?> hook);

    [RequiresDynamicCode("Makes code for the signature.")]
    private static CallSignature Make(Type[] types) => (CallSignature)(types.Length switch
    {
        2 => Activator.CreateInstance(typeof(ModuleCall<,>).MakeGenericType(types)),
        3 => Activator.CreateInstance(typeof(ModuleCall<,,>).MakeGenericType(types)),
        4 => Activator.CreateInstance(typeof(ModuleCall<,,,>).MakeGenericType(types)),
        5 => Activator.CreateInstance(typeof(ModuleCall<,,,,>).MakeGenericType(types)),
        6 => Activator.CreateInstance(typeof(ModuleCall<,,,,,>).MakeGenericType(types)),
        _ => Activator.CreateInstance(typeof(ModuleCall<,,,,,,>).MakeGenericType(types)),
    })!;

    private Tensor?[] Inputs(object?[] given) => [.. inputs.SelectMany((type, i) => TensorParts.Of(type, given[i]))];

    private static object?[] With(Type[] types, object?[] values, IReadOnlyList<Tensor?> replaced)
    {
        using var tensors = replaced.GetEnumerator();
        object?[] result = [.. types.Select((type, i) => TensorParts.With(type, values[i], tensors))];
        return tensors.MoveNext() ? throw new ArgumentException("There are more tensors than the module takes or gives.", nameof(replaced)) : result;
    }
}
