using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Writes what a field is.</summary>
internal static class FieldText
{
    /// <summary>Appends type, constant, place, and initial bytes.</summary>
    public static void Write(CodeUnit unit, FieldDefinitionHandle handle)
    {
        var metadata = unit.Home.Metadata;
        var field = metadata.GetFieldDefinition(handle);
        if (!unit.Home.IsGenerated(field.GetDeclaringType()))
        {
            unit.Put(unit.Home.NameOf(handle));
        }

        unit.Put((int)field.Attributes);
        unit.Put(field.DecodeSignature(unit.References, null));
        unit.Put(field.GetOffset());
        PutConstant(unit, field.GetDefaultValue());
        unit.Put(metadata.GetBlobBytes(field.GetMarshallingDescriptor()));
        unit.Put(field.GetRelativeVirtualAddress() is var address and not 0 ? unit.Home.Bytes(address, SizeOf(metadata, field)) : []);
        AttributeText.Write(unit, field.GetCustomAttributes());
    }

    /// <summary>Appends a constant's type and value, of a field or a parameter.</summary>
    public static void PutConstant(CodeUnit unit, ConstantHandle handle)
    {
        if (!handle.IsNil)
        {
            var constant = unit.Home.Metadata.GetConstant(handle);
            unit.Put((int)constant.TypeCode);
            unit.Put(unit.Home.Metadata.GetBlobBytes(constant.Value));
        }

        unit.Put("");
    }

    private static int SizeOf(MetadataReader metadata, FieldDefinition field)
    {
        var signature = metadata.GetBlobReader(field.Signature);
        signature.ReadSignatureHeader();
        return signature.ReadSignatureTypeCode() switch
        {
            SignatureTypeCode.Boolean or SignatureTypeCode.SByte or SignatureTypeCode.Byte => 1,
            SignatureTypeCode.Char or SignatureTypeCode.Int16 or SignatureTypeCode.UInt16 => 2,
            SignatureTypeCode.Int32 or SignatureTypeCode.UInt32 or SignatureTypeCode.Single => 4,
            SignatureTypeCode.Int64 or SignatureTypeCode.UInt64 or SignatureTypeCode.Double => 8,
            SignatureTypeCode.TypeHandle when signature.ReadTypeHandle() is { Kind: HandleKind.TypeDefinition } type =>
                metadata.GetTypeDefinition((TypeDefinitionHandle)type).GetLayout().Size,
            _ => throw new BadImageFormatException(),
        };
    }
}
