using System.Reflection.Metadata;
using System.Text.RegularExpressions;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Writes the attributes of a member.</summary>
internal static class AttributeText
{
    private const string CompilerGenerated = "System.Runtime.CompilerServices.CompilerGeneratedAttribute";

    // They tell compilers and debuggers something, and vary with members nearby or with the build's configuration.
    private static readonly HashSet<string> Unread = new(StringComparer.Ordinal)
    {
        "Microsoft.CodeAnalysis.EmbeddedAttribute",

        // F# writes them on each function of several arguments, and on what has another name in .NET: only its compiler reads them.
        "Microsoft.FSharp.Core.CompilationArgumentCountsAttribute", "Microsoft.FSharp.Core.CompilationSourceNameAttribute",
        "System.Diagnostics.DebuggableAttribute", "System.Diagnostics.DebuggerBrowsableAttribute", "System.Diagnostics.DebuggerDisplayAttribute",
        "System.Diagnostics.DebuggerHiddenAttribute", "System.Diagnostics.DebuggerNonUserCodeAttribute", "System.Diagnostics.DebuggerStepThroughAttribute",
        "System.Diagnostics.DebuggerTypeProxyAttribute",
        "System.Reflection.AssemblyConfigurationAttribute", "System.Reflection.AssemblyInformationalVersionAttribute",
        "System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute", "System.Runtime.CompilerServices.AsyncStateMachineAttribute",
        CompilerGenerated, "System.Runtime.CompilerServices.CompilerFeatureRequiredAttribute",
        "System.Runtime.CompilerServices.ExtensionAttribute", "System.Runtime.CompilerServices.ExtensionMarkerAttribute",
        "System.Runtime.CompilerServices.IsReadOnlyAttribute", "System.Runtime.CompilerServices.IteratorStateMachineAttribute",
        "System.Runtime.CompilerServices.NullableAttribute", "System.Runtime.CompilerServices.NullableContextAttribute",
        "System.Runtime.CompilerServices.NullablePublicOnlyAttribute", "System.Runtime.CompilerServices.PreserveBaseOverridesAttribute",
        "System.Runtime.CompilerServices.RefSafetyRulesAttribute",
    };

    // Of a type of each generator's own: it holds a file's hash, and a place in it.
    private static readonly Regex Interceptor = new(@"\ASystem\.Runtime\.CompilerServices\.(<[^<>]*>F[0-9A-Fa-f]{64}__)?InterceptsLocationAttribute\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, PatternTime.Most);

    private static readonly Regex Names = new(@"[^\x00-\x20,\[\]""'=]+", RegexOptions.CultureInvariant, PatternTime.Most);

    /// <summary>Appends the attributes that code may read.</summary>
    public static void Write(CodeUnit unit, CustomAttributeHandleCollection attributes) => unit.PutSorted(Read(unit.Home, attributes).Select(attribute =>
    {
        var value = unit.Home.Metadata.GetBlobBytes(attribute.Value);
        ReachNamed(unit, value);
        return $"{unit.References.Of(attribute.Constructor)} {CodeUnit.Hex(value)}";
    }));

    /// <summary>Whether there is an attribute that code may read.</summary>
    public static bool Any(CodeAssembly assembly, CustomAttributeHandleCollection attributes) => Read(assembly, attributes).Any();

    /// <summary>Whether there is an attribute of this type.</summary>
    public static bool Has(CodeAssembly assembly, CustomAttributeHandleCollection attributes, string type) =>
        Read(assembly, attributes).Any(attribute => TypeOf(assembly.Metadata, attribute) == type);

    /// <summary>Whether the compiler says that it wrote a member.</summary>
    public static bool IsCompilers(CodeAssembly assembly, CustomAttributeHandleCollection attributes) =>
        attributes.Any(attribute => TypeOf(assembly.Metadata, assembly.Metadata.GetCustomAttribute(attribute)) == CompilerGenerated);

    private static IEnumerable<CustomAttribute> Read(CodeAssembly assembly, CustomAttributeHandleCollection attributes) => attributes
        .Select(assembly.Metadata.GetCustomAttribute)
        .Where(attribute => TypeOf(assembly.Metadata, attribute) is var type && !Unread.Contains(type) && !Interceptor.IsMatch(type));

    private static string TypeOf(MetadataReader metadata, CustomAttribute attribute)
    {
        var type = attribute.Constructor.Kind == HandleKind.MethodDefinition
            ? metadata.GetMethodDefinition((MethodDefinitionHandle)attribute.Constructor).GetDeclaringType()
            : metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        return TypeNames.Of(metadata, type);
    }

    // A value's types are written as names, behind their length: one byte or two, which may look like letters.
    private static void ReachNamed(CodeUnit unit, byte[] value)
    {
        var text = System.Text.Encoding.UTF8.GetString(value);
        Match[] matches = [.. Names.Matches(text).Cast<Match>()];
        unit.Walk.Libraries.AddNamed(unit.Home.Metadata, new HashSet<string>(matches.Select(match => match.Value), StringComparer.Ordinal));
        foreach (var match in matches)
        {
            for (var start = 0; start < Math.Min(3, match.Length); start++)
            {
                unit.Walk.ReachNamed(match.Value.Substring(start));
            }
        }
    }
}
