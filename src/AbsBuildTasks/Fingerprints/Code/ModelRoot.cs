using System.Reflection;
using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Finds the type that a search begins with.</summary>
internal static class ModelRoot
{
    private const string Contract = "AbsBuildTasks.Search.IAbsModel";

    /// <summary>The type of this name in the model assembly or, without a name, the only one that implements the contract.</summary>
    /// <returns>Null where there is none, or several.</returns>
    public static Member? Find(CodeProgram program, string? name)
    {
        var assembly = program.Assemblies[0];
        if (name is not null)
        {
            return assembly.Find(name);
        }

        Member[] models = [.. assembly.Metadata.TypeDefinitions.Select(type => new Member(assembly, type)).Where(type => IsModel(program, type)).Take(2)];
        return models.Length == 1 ? models[0] : null;
    }

    private static bool IsModel(CodeProgram program, Member type) =>
        (type.Type.Attributes & (TypeAttributes.Abstract | TypeAttributes.Interface)) == 0
        && type.Type.GetGenericParameters().Count == 0
        && Implements(program, type, []);

    private static bool Implements(CodeProgram program, Member type, HashSet<Member> seen) => seen.Add(type) && type.Type.GetInterfaceImplementations()
        .Select(entry => type.Assembly.Metadata.GetInterfaceImplementation(entry).Interface)
        .Append(type.Type.BaseType)
        .Where(handle => !handle.IsNil)
        .Any(handle => program.TypeOf(type.Assembly, handle) is { } known
            ? NameOf(known) == Contract || Implements(program, known, seen)
            : handle.Kind == HandleKind.TypeReference && TypeNames.Of(type.Assembly.Metadata, (TypeReferenceHandle)handle) == Contract);

    private static string NameOf(Member type) => type.Assembly.NameOf((TypeDefinitionHandle)type.Handle);
}
