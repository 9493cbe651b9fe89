using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>
/// What a method has to do with the type that each record gives of itself, by which the methods that the compiler writes tell
/// whether two are of one type. That hands no type out; who else asks for it may do anything with it.
/// </summary>
internal readonly record struct RecordContract
{
    private const string Getter = "get_EqualityContract";

    private readonly bool _isCompilers;

    private RecordContract(bool isCompilers, bool handsOut) => (_isCompilers, HandsOut) = (isCompilers, handsOut);

    /// <summary>Whether the types that the method names as values may be used for anything.</summary>
    public bool HandsOut { get; }

    /// <summary>That of a method.</summary>
    public static RecordContract RoleOf(Member method)
    {
        var name = method.Assembly.Metadata.GetString(method.Method.Name);

        // The compiler says so of local functions, too, which are the user's.
        var isCompilers = !GeneratedNames.IsMethod(name) && AttributeText.IsCompilers(method.Assembly, method.Method.GetCustomAttributes());
        return new(isCompilers, !isCompilers || name != Getter);
    }

    /// <summary>Meets the question for a record's type in code that the compiler did not write.</summary>
    public void Look(CodeUnit unit, EntityHandle token)
    {
        if (!_isCompilers && NameOf(unit.Home.Metadata, token) == Getter)
        {
            unit.Walk.Meet(Getter);
        }
    }

    private static string NameOf(MetadataReader metadata, EntityHandle token) => token.Kind switch
    {
        HandleKind.MethodDefinition => metadata.GetString(metadata.GetMethodDefinition((MethodDefinitionHandle)token).Name),
        HandleKind.MemberReference => metadata.GetString(metadata.GetMemberReference((MemberReferenceHandle)token).Name),
        _ => "",
    };
}
