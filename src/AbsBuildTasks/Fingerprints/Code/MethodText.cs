using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>Writes what a method does, with names in the place of an assembly's tokens.</summary>
internal static class MethodText
{
    /// <summary>Appends signature, attributes and instructions.</summary>
    /// <exception cref="BadImageFormatException">The method has code other than IL.</exception>
    public static void Write(CodeUnit unit, MethodDefinitionHandle handle)
    {
        var metadata = unit.Home.Metadata;
        var method = metadata.GetMethodDefinition(handle);
        var member = new Member(unit.Home, handle);
        unit.Put(MethodNames.IsPart(unit.Walk, member) ? "" : unit.Home.NameOf(method.Name));
        unit.Put((int)method.Attributes);
        unit.Put((int)method.ImplAttributes);
        unit.Put(SignatureNames.Of(method.DecodeSignature(unit.References, null)));
        TypeText.PutGenericParameters(unit, method.GetGenericParameters());
        AttributeText.Write(unit, method.GetCustomAttributes());
        var hasNames = MethodNames.HasParameterNames(unit.Walk, member);
        foreach (var parameter in method.GetParameters().Select(metadata.GetParameter).Where(parameter => hasNames ? !IsBareReturn(unit.Home, parameter) : !IsBare(unit.Home, parameter)))
        {
            unit.Put(parameter.SequenceNumber);
            unit.Put(hasNames ? metadata.GetString(parameter.Name) : "");
            unit.Put((int)parameter.Attributes);
            FieldText.PutConstant(unit, parameter.GetDefaultValue());
            unit.Put(metadata.GetBlobBytes(parameter.GetMarshallingDescriptor()));
            AttributeText.Write(unit, parameter.GetCustomAttributes());
        }

        if ((method.Attributes & MethodAttributes.PinvokeImpl) != 0)
        {
            var import = method.GetImport();
            unit.Put((int)import.Attributes);
            unit.Put(metadata.GetString(import.Name));
            unit.Put(unit.References.Of(import.Module));
            unit.Walk.Libraries.AddNative();
        }
        else if (method.RelativeVirtualAddress != 0)
        {
            PutBody(unit, member, (method.ImplAttributes & MethodImplAttributes.CodeTypeMask) == MethodImplAttributes.IL ? unit.Home.BodyOf(method) : throw new BadImageFormatException());
        }
        else if (AttributeText.Has(unit.Home, method.GetCustomAttributes(), Reflection.UnsafeAccessor))
        {
            unit.Walk.Meet(Reflection.UnsafeAccessor);
        }
    }

    // Some methods have a row for what they return, only for attributes that are not read.
    private static bool IsBareReturn(CodeAssembly assembly, Parameter parameter) => parameter.SequenceNumber == 0 && IsBare(assembly, parameter);

    private static bool IsBare(CodeAssembly assembly, Parameter parameter) =>
        parameter.Attributes == ParameterAttributes.None && !AttributeText.Any(assembly, parameter.GetCustomAttributes());

    private static void PutBody(CodeUnit unit, Member method, MethodBodyBlock body)
    {
        var role = RecordContract.RoleOf(method);
        unit.Put(body.LocalVariablesInitialized ? 1 : 0);
        if (!body.LocalSignature.IsNil)
        {
            unit.Put(SignatureNames.List(unit.Home.Metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(unit.References, null)));
        }

        foreach (var region in body.ExceptionRegions)
        {
            unit.Put(FormattableString.Invariant($"{region.Kind} {region.TryOffset} {region.TryLength} {region.HandlerOffset} {region.HandlerLength} {region.FilterOffset}"));
            unit.Put(region.CatchType.IsNil ? "" : unit.References.Of(region.CatchType));
        }

        var code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            PutInstruction(unit, role, ref code);
        }
    }

    private static void PutInstruction(CodeUnit unit, RecordContract role, ref BlobReader code)
    {
        var first = code.ReadByte();
        var instruction = (ILOpCode)(first == 0xfe ? 0xfe00 | code.ReadByte() : first);
        unit.Put((int)instruction);
        switch (OperandSizes.Of(instruction))
        {
            case OperandSizes.Token:
                unit.Put(Operand(unit, role, instruction, code.ReadInt32()));
                break;
            case OperandSizes.Switch:
                var targets = code.ReadInt32();
                unit.Put(code.ReadBytes(checked(targets * sizeof(int))));
                break;
            case var size:
                unit.Put(code.ReadBytes(size));
                break;
        }
    }

    // Texts as numbers: one that is no valid Unicode would not survive being encoded.
    private static string Operand(CodeUnit unit, RecordContract role, ILOpCode instruction, int token)
    {
        if (instruction == ILOpCode.Ldstr)
        {
            return string.Join(" ", unit.Home.Metadata.GetUserString((UserStringHandle)MetadataTokens.Handle(token)).Select(letter => (int)letter));
        }

        var handle = MetadataTokens.EntityHandle(token);
        role.Look(unit, handle);
        return instruction == ILOpCode.Ldtoken && role.HandsOut ? unit.References.Exposed(handle) : unit.References.Of(handle);
    }
}
