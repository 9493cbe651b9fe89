using System.Reflection;

namespace AbsBuildTasks.Cake.Tests.Fakes;

/// <summary>An interface of which a test needs a few members; the others throw.</summary>
public class Stub<T> : DispatchProxy
    where T : class
{
    private Dictionary<string, Func<object?[], object?>> _members = new Dictionary<string, Func<object?[], object?>>();

    internal static T With(params (string Name, Func<object?[], object?> Answer)[] members)
    {
        var proxy = Create<T, Stub<T>>();
        ((Stub<T>)(object)proxy)._members = members.ToDictionary(member => member.Name, member => member.Answer);
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _members.TryGetValue(targetMethod!.Name, out var answer) ? answer(args ?? []) : throw new NotSupportedException(targetMethod.Name);
}
