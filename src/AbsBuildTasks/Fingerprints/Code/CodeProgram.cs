using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>The project's assemblies together: finds what one of them says of another.</summary>
/// <param name="assemblies">The assemblies, the model's own first.</param>
internal sealed class CodeProgram(IReadOnlyList<CodeAssembly> assemblies)
{
    private static readonly TypeNames Names = new();

    private readonly Dictionary<string, CodeAssembly> _byName = assemblies
        .GroupBy(assembly => assembly.Name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(same => same.Key, same => same.First(), StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<Member, ILookup<string, Member>> _members = [];

    /// <summary>The assemblies.</summary>
    public IReadOnlyList<CodeAssembly> Assemblies => assemblies;

    /// <summary>Something that should be in the project's assemblies and was not found, such as a type that has moved; else null.</summary>
    public string? Lost { get; private set; }

    /// <summary>The definition of a type; null where it is not one of the project's, or not one type, such as an array.</summary>
    /// <param name="from">The assembly that names it.</param>
    /// <param name="type">A definition, reference or specification.</param>
    public Member? TypeOf(CodeAssembly from, EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeDefinition => new Member(from, type),
        HandleKind.TypeReference => Find(from, (TypeReferenceHandle)type),
        HandleKind.TypeSpecification when GenericTypeOf(from.Metadata, type) is { IsNil: false } generic && generic.Kind != HandleKind.TypeSpecification => TypeOf(from, generic),
        _ => null,
    };

    /// <summary>The generic type that a specification gives arguments to; nil where it is something else.</summary>
    public static EntityHandle GenericTypeOf(MetadataReader metadata, EntityHandle specification)
    {
        var signature = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)specification).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return default;
        }

        // A class or a value type: the same to who looks for the definition.
        signature.ReadByte();
        return signature.ReadTypeHandle();
    }

    /// <summary>What a reference to a member of one of the project's types may mean: one, or all overloads where none fits to the letter.</summary>
    /// <param name="from">The assembly that refers to it.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="type">The type it names; those it derives from may have the member.</param>
    public IReadOnlyList<Member> MembersOf(CodeAssembly from, MemberReference reference, Member type)
    {
        var name = from.Metadata.GetString(reference.Name);
        var isField = reference.GetKind() == MemberReferenceKind.Field;
        var signature = isField ? null : SignatureNames.Of(reference.DecodeMethodSignature(Names, null));
        var overloads = new List<Member>();
        var seen = new HashSet<Member>();
        for (Member? current = type; current is { } place && seen.Add(place); current = TypeOf(place.Assembly, place.Type.BaseType))
        {
            Member[] found = [.. Members(place)[name].Where(member => member.Handle.Kind == HandleKind.FieldDefinition == isField)];
            if (Array.FindIndex(found, member => isField || Signature(member) == signature) is var exact and >= 0)
            {
                return [found[exact]];
            }

            overloads.AddRange(found);
        }

        Lost ??= overloads.Count == 0 ? $"{type.Assembly.NameOf((TypeDefinitionHandle)type.Handle)}.{name}" : null;
        return overloads;
    }

    private static string Signature(Member method) => SignatureNames.Of(method.Method.DecodeSignature(Names, null));

    private ILookup<string, Member> Members(Member type)
    {
        if (!_members.TryGetValue(type, out var members))
        {
            var (metadata, definition) = (type.Assembly.Metadata, type.Type);
            members = definition.GetMethods().Select(method => (metadata.GetMethodDefinition(method).Name, Handle: (EntityHandle)method))
                .Concat(definition.GetFields().Select(field => (metadata.GetFieldDefinition(field).Name, Handle: (EntityHandle)field)))
                .ToLookup(member => metadata.GetString(member.Name), member => type with { Handle = member.Handle }, StringComparer.Ordinal);
            _members[type] = members;
        }

        return members;
    }

    private Member? Find(CodeAssembly from, TypeReferenceHandle handle)
    {
        var assembly = TypeNames.AssemblyOf(from.Metadata, handle);
        if (assembly.Length > 0 && !_byName.ContainsKey(assembly))
        {
            return null;
        }

        var name = TypeNames.Of(from.Metadata, handle);
        var found = (assembly.Length > 0 ? _byName[assembly] : from).Find(name);
        Lost ??= found is null ? name : null;
        return found;
    }
}
