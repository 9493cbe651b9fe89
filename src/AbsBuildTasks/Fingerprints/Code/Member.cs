using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>A type, method or field that one of the project's assemblies defines.</summary>
/// <param name="Assembly">The assembly.</param>
/// <param name="Handle">Which of its definitions.</param>
internal readonly record struct Member(CodeAssembly Assembly, EntityHandle Handle)
{
    /// <summary>The definition of a type.</summary>
    public TypeDefinition Type => Assembly.Metadata.GetTypeDefinition((TypeDefinitionHandle)Handle);

    /// <summary>The definition of a method.</summary>
    public MethodDefinition Method => Assembly.Metadata.GetMethodDefinition((MethodDefinitionHandle)Handle);

    /// <summary>The definition of a field.</summary>
    public FieldDefinition Field => Assembly.Metadata.GetFieldDefinition((FieldDefinitionHandle)Handle);

    /// <summary>The type around a method or field.</summary>
    public Member DeclaringType => this with
    {
        Handle = Handle.Kind == HandleKind.FieldDefinition ? Field.GetDeclaringType() : Method.GetDeclaringType(),
    };
}
