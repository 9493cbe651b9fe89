using System.Reflection;
using AbsBuildTasks.Search;
using AbsBuildTasks.Worker.Tracing;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Runs code of this assembly in the copy of this process's code that tells of native calls.</summary>
internal static class Rewritten
{
    private static readonly TracedContext Context = new();

    /// <summary>Runs a method in the copy: its types, statics and TorchSharp are others than the test's.</summary>
    /// <param name="method">A static method or a lambda that captures nothing.</param>
    /// <param name="arguments">Only .NET's own types: others are not the same in the copy.</param>
    /// <exception cref="RefusedException">The method threw an exception of ours.</exception>
    public static TResult Run<TResult>(Delegate method, params object?[] arguments)
    {
        var copy = Context.Copy(method.Method);
        var target = copy.IsStatic ? null : Activator.CreateInstance(copy.DeclaringType!, nonPublic: true);
        _ = Context.Copy(((Action)Load).Method).Invoke(null, null);
        try
        {
            return (TResult)copy.Invoke(target, arguments)!;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner && inner.GetType().GetProperty("Code")?.GetValue(inner) is string code)
        {
            throw new RefusedException(code, inner.Message, exception);
        }
    }

    private static void Load()
    {
        TorchRuntime.EnsureLoaded(Path.Combine(AppContext.BaseDirectory, "native"));

        // Tensors here are small, and other test projects run beside this one.
        set_num_threads(1);
    }
}

/// <summary>An <c>AbsException</c> of the copy: its type is another than the test's.</summary>
internal sealed class RefusedException(string code, string message, Exception innerException) : Exception(message, innerException)
{
    public string Code { get; } = code;
}
