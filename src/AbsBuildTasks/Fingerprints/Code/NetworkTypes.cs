using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>The types of modules among a program's types: those that derive from one of TorchSharp's, directly or through others.</summary>
internal static class NetworkTypes
{
    private const string Library = "TorchSharp";
    private const string Base = "TorchSharp.torch+nn+Module";
    private const string Layers = "TorchSharp.Modules.";

    /// <summary>Finds them, in no particular order.</summary>
    public static IEnumerable<Member> In(CodeProgram program) => program.Assemblies
        .SelectMany(assembly => assembly.Metadata.TypeDefinitions.Select(type => new Member(assembly, type)))
        .Where(type => IsModule(program, type, []));

    private static bool IsModule(CodeProgram program, Member type, HashSet<Member> seen)
    {
        var parent = type.Type.BaseType;
        if (parent.IsNil || !seen.Add(type))
        {
            return false;
        }

        // TorchSharp may be one of the assemblies.
        return IsLibrarys(type.Assembly.Metadata, parent) || (program.TypeOf(type.Assembly, parent) is { } known && IsModule(program, known, seen));
    }

    private static bool IsLibrarys(MetadataReader metadata, EntityHandle type)
    {
        var named = type.Kind == HandleKind.TypeSpecification ? CodeProgram.GenericTypeOf(metadata, type) : type;
        return named.Kind == HandleKind.TypeReference && !named.IsNil
            && TypeNames.AssemblyOf(metadata, (TypeReferenceHandle)named) == Library
            && TypeNames.Of(metadata, (TypeReferenceHandle)named) is var name
            && (name.StartsWith(Base, StringComparison.Ordinal) || name.StartsWith(Layers, StringComparison.Ordinal));
    }
}
