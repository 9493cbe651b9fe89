using System.Reflection;
using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Tells where the names of methods and of what they take say nothing: instructions refer to them by number.</summary>
internal static class MethodNames
{
    private const MethodAttributes NotBare = MethodAttributes.Virtual | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName | MethodAttributes.PinvokeImpl;

    /// <summary>
    /// Whether a method counts as a part of those that call it, whatever it is called: one that the compiler made of a
    /// part of another, or a private one that nothing can look for by its name.
    /// </summary>
    /// <param name="walk">Knows which types are looked into.</param>
    /// <param name="method">The method.</param>
    public static bool IsPart(CodeWalk walk, Member method)
    {
        var name = method.Assembly.Metadata.GetString(method.Method.Name);
        return method.Assembly.IsGenerated((TypeDefinitionHandle)method.DeclaringType.Handle) || GeneratedNames.IsMethod(name) || IsPrivate(walk, method, name);
    }

    /// <summary>Whether anything may read the names of what a method takes. Those of constructors are read by who makes objects of texts.</summary>
    /// <param name="walk">Knows which types are looked into.</param>
    /// <param name="method">The method.</param>
    public static bool HasParameterNames(CodeWalk walk, Member method) =>
        !IsPart(walk, method) && (walk.IsHandedOut(method.DeclaringType) || (method.Method.Attributes & MethodAttributes.RTSpecialName) != 0);

    // A dot is in the names of those that stand in for a member of an interface, which the type says.
    private static bool IsPrivate(CodeWalk walk, Member method, string name) =>
        (method.Method.Attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Private
        && (method.Method.Attributes & NotBare) == 0
        && method.Method.RelativeVirtualAddress != 0
        && !name.Contains('.')
        && !walk.IsHandedOut(method.DeclaringType)
        && !AttributeText.Any(method.Assembly, method.Method.GetCustomAttributes());
}
