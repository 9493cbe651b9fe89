using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Hooks;

/// <summary>
/// How modules of one signature take hooks. TorchSharp types a hook by all that a module takes and gives: as
/// <c>Func&lt;Module, T1, …, Tn, (T1, …, Tn)?&gt;</c> before a call, without the tuple where n is 1, and as
/// <c>Func&lt;Module, T1, …, Tn, TResult, TResult&gt;</c> behind it.
/// </summary>
internal sealed class CallSignature
{
    private static readonly ConcurrentDictionary<Type, CallSignature> Known = [];

    private readonly MethodInfo _registerBefore;
    private readonly MethodInfo _registerAfter;
    private readonly Type[] _inputs;
    private readonly Type _result;
    private readonly Type _replacement;
    private readonly Func<Func<object?[], object?>, Delegate> _makeBefore;
    private readonly Func<Func<object?[], object?>, Delegate> _makeAfter;

    private CallSignature(Type hookable)
    {
        var hooks = hookable.GetGenericArguments();
        var (before, after) = (hooks[0].GetMethod(nameof(Action.Invoke))!, hooks[1].GetMethod(nameof(Action.Invoke))!);
        _registerBefore = hookable.GetMethod(nameof(Module<Tensor, Tensor>.register_forward_pre_hook), [hooks[0]])!;
        _registerAfter = hookable.GetMethod(nameof(Module<Tensor, Tensor>.register_forward_hook), [hooks[1]])!;
        _inputs = [.. before.GetParameters().Skip(1).Select(parameter => parameter.ParameterType)];
        _result = after.ReturnType;
        _replacement = before.ReturnType;
        (_makeBefore, _makeAfter) = (Maker(hooks[0], before), Maker(hooks[1], after));
    }

    /// <summary>Whether a module has a <c>call()</c>, so that it can be hooked.</summary>
    public static bool IsThere(Module module) => Hookable(module) is not null;

    /// <summary>The signature of a module.</summary>
    /// <exception cref="ArgumentException">It has no <c>call()</c>, so that nothing can be hooked.</exception>
    public static CallSignature Of(Module module) => Hookable(module) is { } type
        ? Known.GetOrAdd(type, hookable => new CallSignature(hookable))
        : throw new ArgumentException($"A {module.GetType().Name} has no call().", nameof(module));

    /// <summary>Registers a hook that sees, and may replace, what goes in.</summary>
    /// <returns>Removes it.</returns>
    public Action Before(Module module, Func<IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>?> hook) => Register(_registerBefore, module, _makeBefore(given =>
    {
        var replaced = hook(Inputs(given));
        object?[] values = replaced is null ? given : With(_inputs, given, replaced);
        return _inputs.Length == 1 ? values[0]
            : replaced is null ? null
            : Activator.CreateInstance(Nullable.GetUnderlyingType(_replacement)!, values);
    }));

    /// <summary>Registers a hook that sees what goes in, and may replace what comes out.</summary>
    /// <returns>Removes it.</returns>
    public Action After(Module module, Func<IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>, IReadOnlyList<Tensor?>?> hook) => Register(_registerAfter, module, _makeAfter(given =>
    {
        var result = given[^1];
        return hook(Inputs(given), [.. TensorParts.Of(_result, result)]) is { } replaced ? With([_result], [result], replaced)[0] : result;
    }));

    private static Type? Hookable(Module module)
    {
        var type = module.GetType();
        while (type is not null && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(HookableModule<,>)))
        {
            type = type.BaseType;
        }

        return type;
    }

    private Tensor?[] Inputs(object?[] given) => [.. _inputs.SelectMany((type, i) => TensorParts.Of(type, given[i]))];

    private static object?[] With(Type[] types, object?[] values, IReadOnlyList<Tensor?> replaced)
    {
        using var tensors = replaced.GetEnumerator();
        object?[] result = [.. types.Select((type, i) => TensorParts.With(type, values[i], tensors))];
        return tensors.MoveNext() ? throw new ArgumentException("There are more tensors than the module takes or gives.", nameof(replaced)) : result;
    }

    private static Action Register(MethodInfo register, Module module, Delegate hook)
    {
        var remover = register.Invoke(module, [hook])!;
        return remover.GetType().GetMethod("remove")!.CreateDelegate<Action>(remover);
    }

    /// <summary>Makes hooks of a type of handlers that get all arguments but the module, and give what the hook returns.</summary>
    private static Func<Func<object?[], object?>, Delegate> Maker(Type hook, MethodInfo invoke)
    {
        var handler = Expression.Parameter(typeof(Func<object?[], object?>));
        ParameterExpression[] parameters = [.. invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType))];
        var values = Expression.NewArrayInit(typeof(object), parameters.Skip(1).Select(parameter => Expression.Convert(parameter, typeof(object))));
        var body = Expression.Convert(Expression.Invoke(handler, values), invoke.ReturnType);
        return Expression.Lambda<Func<Func<object?[], object?>, Delegate>>(Expression.Lambda(hook, body, parameters), handler).Compile();
    }
}
