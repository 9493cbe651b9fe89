using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Names types as their assembly's metadata does, to compare signatures.</summary>
internal sealed class TypeNames : SignatureNames
{
    private const int MostNesting = 100;

    /// <summary>A type's name behind its namespace, if it has one.</summary>
    public static string Full(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";

    /// <summary>The name of a type, be it defined here or elsewhere, or made of others.</summary>
    public static string Of(MetadataReader metadata, EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeDefinition => new TypeNames().GetTypeFromDefinition(metadata, (TypeDefinitionHandle)type, 0),
        HandleKind.TypeReference => Of(metadata, (TypeReferenceHandle)type),
        HandleKind.TypeSpecification => metadata.GetTypeSpecification((TypeSpecificationHandle)type).DecodeSignature(new TypeNames(), null),
        _ => throw new BadImageFormatException(),
    };

    /// <summary>The full name of a type that another assembly defines.</summary>
    public static string Of(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var names = string.Join("+", Around(metadata, handle).Select(type => metadata.GetString(metadata.GetTypeReference(type).Name)).Reverse());
        return Full(metadata.GetString(metadata.GetTypeReference(Around(metadata, handle).Last()).Namespace), names);
    }

    /// <summary>The name of the assembly that defines a type; empty where it is not another assembly.</summary>
    public static string AssemblyOf(MetadataReader metadata, TypeReferenceHandle handle) =>
        metadata.GetTypeReference(Around(metadata, handle).Last()).ResolutionScope is { Kind: HandleKind.AssemblyReference } assembly
            ? metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)assembly).Name)
            : "";

    /// <inheritdoc />
    public override string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = reader.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer
            ? $"{GetTypeFromDefinition(reader, outer, rawTypeKind)}+{name}"
            : Full(reader.GetString(type.Namespace), name);
    }

    /// <inheritdoc />
    public override string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Of(reader, handle);

    // The type and those around it, outermost last; a damaged file's may go round in circles.
    private static List<TypeReferenceHandle> Around(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var types = new List<TypeReferenceHandle> { handle };
        while (metadata.GetTypeReference(types[types.Count - 1]).ResolutionScope is { Kind: HandleKind.TypeReference, IsNil: false } outer)
        {
            types.Add(types.Count < MostNesting ? (TypeReferenceHandle)outer : throw new BadImageFormatException());
        }

        return types;
    }
}
