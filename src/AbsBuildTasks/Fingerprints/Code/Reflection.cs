namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Tells members of .NET and of libraries through which code gets at members that its instructions do not name.</summary>
internal static class Reflection
{
    /// <summary>The attribute that gives a method access to a member by its name.</summary>
    public const string UnsafeAccessor = "System.Runtime.CompilerServices.UnsafeAccessorAttribute";

    private static readonly string[] Namespaces =
    [
        "System.Reflection.", "System.Linq.Expressions.", "System.Runtime.Loader.", "System.Runtime.Serialization.", "System.Xml.Serialization.",
        "System.Composition.", "System.ComponentModel.TypeDescriptor", "System.AppDomain", "System.Activator", "Microsoft.CSharp.RuntimeBinder.",
        "Microsoft.Extensions.DependencyInjection.", "Newtonsoft.Json.",
    ];

    // What asks about a type that the code has in hand; the compiler itself writes some of these.
    private static readonly HashSet<string> HarmlessOfTypes = new(StringComparer.Ordinal)
    {
        "GetTypeFromHandle", "op_Equality", "op_Inequality", "Equals", "GetHashCode", "ToString", "IsAssignableFrom", "IsAssignableTo", "IsInstanceOfType",
        "get_Assembly", "get_FullName", "get_Name", "get_Namespace", "get_IsEnum", "get_IsGenericType", "get_IsValueType", "get_TypeHandle",
    };

    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "System.Reflection.MemberInfo.get_Name", "System.Reflection.Assembly.GetExecutingAssembly", "System.Reflection.Assembly.GetManifestResourceStream",
        "System.Reflection.Assembly.GetManifestResourceNames", "System.Reflection.Assembly.get_Location",
    };

    /// <summary>Whether a member may lead anywhere.</summary>
    /// <param name="type">Full name of its type.</param>
    /// <param name="member">Its name.</param>
    /// <param name="isGeneric">Whether it is a generic method, which has the types it makes in its name.</param>
    public static bool Has(string type, string member, bool isGeneric) => type switch
    {
        "System.Type" => !HarmlessOfTypes.Contains(member),
        "System.Activator" when isGeneric => false,
        "System.Delegate" => member == "CreateDelegate",
        _ => Array.Exists(Namespaces, start => (type + ".").StartsWith(start, StringComparison.Ordinal)) && !Harmless.Contains($"{type}.{member}"),
    };
}
