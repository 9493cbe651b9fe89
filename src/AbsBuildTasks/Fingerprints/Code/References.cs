using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Names what a member's metadata and instructions refer to, and by naming it reaches it.</summary>
/// <param name="walk">Is told what is reached.</param>
/// <param name="home">The assembly of the member.</param>
/// <param name="numberOf">Stands in for the names of members that the compiler made up.</param>
internal sealed class References(CodeWalk walk, CodeAssembly home, Func<EntityHandle, string> numberOf) : SignatureNames
{
    private const string NativeLibrary = "System.Runtime.InteropServices.NativeLibrary";

    private bool _exposes;

    /// <summary>Names a type, method, field or signature.</summary>
    /// <param name="token">A token of the member's assembly.</param>
    public string Of(EntityHandle token) => token.Kind switch
    {
        HandleKind.TypeDefinition => Type(new Member(home, token)),
        HandleKind.TypeReference => GetTypeFromReference(home.Metadata, (TypeReferenceHandle)token, 0),
        HandleKind.TypeSpecification => GetTypeFromSpecification(home.Metadata, null, (TypeSpecificationHandle)token, 0),
        HandleKind.MethodDefinition => Method(new Member(home, token)),
        HandleKind.FieldDefinition => Field(new Member(home, token)),
        HandleKind.MemberReference => Reference(home.Metadata.GetMemberReference((MemberReferenceHandle)token)),
        HandleKind.MethodSpecification => Specification(home.Metadata.GetMethodSpecification((MethodSpecificationHandle)token)),
        HandleKind.StandaloneSignature => Of(home.Metadata.GetStandaloneSignature((StandaloneSignatureHandle)token).DecodeMethodSignature(this, null)),
        HandleKind.ModuleReference => home.Metadata.GetString(home.Metadata.GetModuleReference((ModuleReferenceHandle)token).Name),
        _ => throw new BadImageFormatException(),
    };

    /// <summary>Names what code hands out as a value, such as <c>typeof(T)</c>: all of a type's members may then be used.</summary>
    public string Exposed(EntityHandle token)
    {
        _exposes = true;
        var name = Of(token);
        _exposes = false;
        return name;
    }

    /// <inheritdoc />
    public override string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Type(new Member(home, handle));

    /// <inheritdoc />
    public override string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => walk.Program.TypeOf(home, handle) is { } type
        ? Type(type)
        : $"[{Library(TypeNames.AssemblyOf(reader, handle))}]{TypeNames.Of(reader, handle)}";

    private string Library(string assembly)
    {
        walk.Libraries.Add(assembly);
        return assembly;
    }

    private string Type(Member type)
    {
        var handle = (TypeDefinitionHandle)type.Handle;
        if (type.Assembly == home && home.IsGenerated(handle))
        {
            return numberOf(handle);
        }

        walk.Reach(type, _exposes);
        return $"[{type.Assembly.Name}]{type.Assembly.NameOf(handle)}";
    }

    private string Method(Member method)
    {
        var name = home.Metadata.GetString(method.Method.Name);
        var type = Type(method.DeclaringType);
        if (MethodNames.IsPart(walk, method))
        {
            return $"{type}::{numberOf(method.Handle)}";
        }

        walk.ReachMethod(method);
        return $"{type}::{GeneratedNames.WithoutPath(name)} {Of(method.Method.DecodeSignature(this, null))}";
    }

    private string Field(Member field)
    {
        var isGenerated = home.IsGenerated((TypeDefinitionHandle)field.DeclaringType.Handle);
        return $"{Type(field.DeclaringType)}::{(isGenerated ? numberOf(field.Handle) : home.NameOf((FieldDefinitionHandle)field.Handle))}";
    }

    private string Reference(MemberReference reference)
    {
        var parent = Of(reference.Parent);
        var name = home.Metadata.GetString(reference.Name);
        if (reference.Parent.Kind is not (HandleKind.TypeDefinition or HandleKind.TypeReference or HandleKind.TypeSpecification))
        {
            return $"{parent}::{name} {Of(reference.DecodeMethodSignature(this, null))}";
        }

        if (walk.Program.TypeOf(home, reference.Parent) is { } type)
        {
            foreach (var member in walk.Program.MembersOf(home, reference, type))
            {
                if (member.Assembly == home && IsPart(member))
                {
                    name = numberOf(member.Handle);
                }
                else if (member.Handle.Kind == HandleKind.FieldDefinition)
                {
                    name = member.Assembly.NameOf((FieldDefinitionHandle)member.Handle);
                }
                else if (member.Handle.Kind == HandleKind.MethodDefinition)
                {
                    walk.Reach(member.DeclaringType, false);
                    walk.ReachMethod(member);
                }
            }
        }
        else
        {
            MeetForeign(ForeignType(reference.Parent), name, reference);
        }

        return $"{parent}::{GeneratedNames.WithoutPath(name)} {(reference.GetKind() == MemberReferenceKind.Field ? reference.DecodeFieldSignature(this, null) : Of(reference.DecodeMethodSignature(this, null)))}";
    }

    private string Specification(MethodSpecification specification)
    {
        var method = Of(specification.Method);
        _exposes = true;
        var arguments = List(specification.DecodeSignature(this, null));
        _exposes = false;
        return $"{method}<{arguments}>";
    }

    private bool IsPart(Member member) => member.Handle.Kind == HandleKind.MethodDefinition
        ? MethodNames.IsPart(walk, member)
        : home.IsGenerated((TypeDefinitionHandle)member.DeclaringType.Handle);

    private void MeetForeign(string type, string name, MemberReference member)
    {
        if (member.GetKind() == MemberReferenceKind.Method && Reflection.Has(type, name, member.DecodeMethodSignature(new TypeNames(), null)))
        {
            walk.Meet($"{type}.{name}");
        }

        if (type == NativeLibrary)
        {
            walk.Libraries.AddNative();
        }
    }

    private string ForeignType(EntityHandle parent)
    {
        var type = parent.Kind == HandleKind.TypeSpecification ? CodeProgram.GenericTypeOf(home.Metadata, parent) : parent;
        return type.Kind == HandleKind.TypeReference ? TypeNames.Of(home.Metadata, (TypeReferenceHandle)type) : "";
    }
}
