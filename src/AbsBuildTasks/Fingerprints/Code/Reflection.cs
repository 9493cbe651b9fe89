using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Tells members of .NET and of libraries through which code gets at members that its instructions do not name.</summary>
internal static class Reflection
{
    /// <summary>The attribute that gives a method access to a member by its name.</summary>
    public const string UnsafeAccessor = "System.Runtime.CompilerServices.UnsafeAccessorAttribute";

    private const string Assembly = "System.Reflection.Assembly";

    private static readonly char[] AroundNames = ['<', '>', ',', '[', ']', '(', ')', '&', '*', ' '];

    private static readonly string[] Namespaces =
    [
        "System.Reflection.", "System.Linq.Expressions.", "System.Runtime.Loader.", "System.Runtime.Serialization.", "System.Xml.Serialization.",
        "System.Composition.", "System.ComponentModel.Composition.", "System.ComponentModel.TypeDescriptor", "System.AppDomain", "System.Activator", "Microsoft.CSharp.RuntimeBinder.",
        "Microsoft.Extensions.DependencyInjection.", "Newtonsoft.Json.", "Microsoft.FSharp.Quotations.", "Microsoft.FSharp.Reflection.",
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

        // Finds embedded files in the assembly, which count.
        "System.Resources.ResourceManager..ctor",
    };

    /// <summary>Whether a member may lead anywhere.</summary>
    /// <param name="type">Full name of its type.</param>
    /// <param name="member">Its name.</param>
    /// <param name="signature">What it takes, by the full names of types.</param>
    public static bool Has(string type, string member, MethodSignature<string> signature) => !Harmless.Contains($"{type}.{member}") && (type switch
    {
        "System.Type" => !HarmlessOfTypes.Contains(member),
        "System.Activator" when signature.Header.IsGeneric => false,
        "System.Delegate" => member == "CreateDelegate",

        // The compiler writes one at each indexer. An attribute says something, and who reads it is met where that is.
        _ when member == ".ctor" && type.StartsWith("System.Reflection.", StringComparison.Ordinal) && type.EndsWith("Attribute", StringComparison.Ordinal) => false,
        _ => Array.Exists(Namespaces, start => (type + ".").StartsWith(start, StringComparison.Ordinal)),
    } || signature.ParameterTypes.Any(TakesAssembly));

    // Who is handed an assembly, alone or among others, may look for any of its types.
    private static bool TakesAssembly(string parameter) => parameter.Split(AroundNames).Contains(Assembly, StringComparer.Ordinal);
}
