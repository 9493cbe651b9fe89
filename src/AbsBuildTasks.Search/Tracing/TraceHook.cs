using System.Reflection;
using TorchSharp;

namespace AbsBuildTasks.Search.Tracing;

/// <summary>The hook in a rewritten TorchSharp that is told of each native call, its name, its arguments and its result, and may put another tensor in a result's place.</summary>
internal static class TraceHook
{
    /// <summary>The assembly that is rewritten.</summary>
    public const string Assembly = "TorchSharp";

    /// <summary>The class of all native methods.</summary>
    public const string NativeMethods = "TorchSharp.PInvoke.NativeMethods";

    /// <summary>What the names of the methods that go to native code begin with; the others have their bodies.</summary>
    public const string NativePrefix = "Native_";

    /// <summary>The namespace of the type that holds the hook.</summary>
    public const string Namespace = "AbsBuildTasks.Tracing";

    /// <summary>The type that holds the hook.</summary>
    public const string TypeName = "Hook";

    /// <summary>The field of the hook, of each thread its own, so that others, as the finaliser's, do not even make the arguments' array; null while nobody listens.</summary>
    public const string FieldName = "After";

    private static readonly FieldInfo? Field = typeof(torch).Assembly.GetType($"{Namespace}.{TypeName}")?.GetField(FieldName, BindingFlags.Static | BindingFlags.NonPublic);

    /// <summary>Whether this process's TorchSharp was rewritten.</summary>
    public static bool IsThere => Field is not null;

    /// <summary>Sets this thread's hook, or takes it away.</summary>
    /// <param name="after">
    /// Called after each native call of the thread. Returns the result, or, for a function that returns a handle, another tensor's
    /// handle in its place; who replaces one frees it.
    /// </param>
    /// <exception cref="InvalidOperationException">This process's TorchSharp was not rewritten.</exception>
    public static void Set(Func<string, object?[], object?, object?>? after) =>
        (Field ?? throw new InvalidOperationException("TorchSharp is as it is in its package; there is nothing to trace with.")).SetValue(null, after);
}
