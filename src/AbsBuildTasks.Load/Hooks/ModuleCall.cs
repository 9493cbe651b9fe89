using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Hooks;

// One class for each number of inputs, as TorchSharp has them.

/// <summary>Hooks of modules of one input.</summary>
internal sealed class ModuleCall<T, TResult>() : CallSignature([typeof(T)], typeof(TResult))
{
    /// <inheritdoc />
    protected override Action RegisterBefore(Module module, Func<object?[], object?[]?> hook) =>
        ((Module<T, TResult>)module).register_forward_pre_hook((_, input) => hook([input]) is [var replaced] ? (T)replaced! : input).remove;

    /// <inheritdoc />
    protected override Action RegisterAfter(Module module, Func<object?[], object?, object?> hook) =>
        ((Module<T, TResult>)module).register_forward_hook((_, input, output) => (TResult)hook([input], output)!).remove;
}

/// <summary>Hooks of modules of two inputs.</summary>
internal sealed class ModuleCall<T1, T2, TResult>() : CallSignature([typeof(T1), typeof(T2)], typeof(TResult))
{
    /// <inheritdoc />
    protected override Action RegisterBefore(Module module, Func<object?[], object?[]?> hook) =>
        ((Module<T1, T2, TResult>)module).register_forward_pre_hook((_, in1, in2) => hook([in1, in2]) is { } r ? ((T1)r[0]!, (T2)r[1]!) : null).remove;

    /// <inheritdoc />
    protected override Action RegisterAfter(Module module, Func<object?[], object?, object?> hook) =>
        ((Module<T1, T2, TResult>)module).register_forward_hook((_, in1, in2, output) => (TResult)hook([in1, in2], output)!).remove;
}

/// <summary>Hooks of modules of three inputs.</summary>
internal sealed class ModuleCall<T1, T2, T3, TResult>() : CallSignature([typeof(T1), typeof(T2), typeof(T3)], typeof(TResult))
{
    /// <inheritdoc />
    protected override Action RegisterBefore(Module module, Func<object?[], object?[]?> hook) =>
        ((Module<T1, T2, T3, TResult>)module).register_forward_pre_hook((_, in1, in2, in3) => hook([in1, in2, in3]) is { } r ? ((T1)r[0]!, (T2)r[1]!, (T3)r[2]!) : null).remove;

    /// <inheritdoc />
    protected override Action RegisterAfter(Module module, Func<object?[], object?, object?> hook) =>
        ((Module<T1, T2, T3, TResult>)module).register_forward_hook((_, in1, in2, in3, output) => (TResult)hook([in1, in2, in3], output)!).remove;
}

/// <summary>Hooks of modules of four inputs.</summary>
internal sealed class ModuleCall<T1, T2, T3, T4, TResult>() : CallSignature([typeof(T1), typeof(T2), typeof(T3), typeof(T4)], typeof(TResult))
{
    /// <inheritdoc />
    protected override Action RegisterBefore(Module module, Func<object?[], object?[]?> hook) =>
        ((Module<T1, T2, T3, T4, TResult>)module).register_forward_pre_hook((_, in1, in2, in3, in4) => hook([in1, in2, in3, in4]) is { } r ? ((T1)r[0]!, (T2)r[1]!, (T3)r[2]!, (T4)r[3]!) : null).remove;

    /// <inheritdoc />
    protected override Action RegisterAfter(Module module, Func<object?[], object?, object?> hook) =>
        ((Module<T1, T2, T3, T4, TResult>)module).register_forward_hook((_, in1, in2, in3, in4, output) => (TResult)hook([in1, in2, in3, in4], output)!).remove;
}

/// <summary>Hooks of modules of five inputs.</summary>
internal sealed class ModuleCall<T1, T2, T3, T4, T5, TResult>() : CallSignature([typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5)], typeof(TResult))
{
    /// <inheritdoc />
    protected override Action RegisterBefore(Module module, Func<object?[], object?[]?> hook) =>
        ((Module<T1, T2, T3, T4, T5, TResult>)module).register_forward_pre_hook((_, in1, in2, in3, in4, in5) => hook([in1, in2, in3, in4, in5]) is { } r ? ((T1)r[0]!, (T2)r[1]!, (T3)r[2]!, (T4)r[3]!, (T5)r[4]!) : null).remove;

    /// <inheritdoc />
    protected override Action RegisterAfter(Module module, Func<object?[], object?, object?> hook) =>
        ((Module<T1, T2, T3, T4, T5, TResult>)module).register_forward_hook((_, in1, in2, in3, in4, in5, output) => (TResult)hook([in1, in2, in3, in4, in5], output)!).remove;
}

/// <summary>Hooks of modules of six inputs.</summary>
internal sealed class ModuleCall<T1, T2, T3, T4, T5, T6, TResult>() : CallSignature([typeof(T1), typeof(T2), typeof(T3), typeof(T4), typeof(T5), typeof(T6)], typeof(TResult))
{
    /// <inheritdoc />
    protected override Action RegisterBefore(Module module, Func<object?[], object?[]?> hook) =>
        ((Module<T1, T2, T3, T4, T5, T6, TResult>)module).register_forward_pre_hook((_, in1, in2, in3, in4, in5, in6) => hook([in1, in2, in3, in4, in5, in6]) is { } r ? ((T1)r[0]!, (T2)r[1]!, (T3)r[2]!, (T4)r[3]!, (T5)r[4]!, (T6)r[5]!) : null).remove;

    /// <inheritdoc />
    protected override Action RegisterAfter(Module module, Func<object?[], object?, object?> hook) =>
        ((Module<T1, T2, T3, T4, T5, T6, TResult>)module).register_forward_hook((_, in1, in2, in3, in4, in5, in6, output) => (TResult)hook([in1, in2, in3, in4, in5, in6], output)!).remove;
}
