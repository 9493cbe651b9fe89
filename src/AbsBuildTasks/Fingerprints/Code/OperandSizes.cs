using System.Reflection.Metadata;

namespace AbsBuildTasks.Fingerprints.Code;

/// <summary>What follows an IL instruction's opcode.</summary>
internal static class OperandSizes
{
    /// <summary>The operand is a metadata token of four bytes.</summary>
    public const int Token = -1;

    /// <summary>The operand is a count and as many branch targets.</summary>
    public const int Switch = -2;

    /// <summary>Bytes of an operand that means the same in every assembly, or <see cref="Token"/> or <see cref="Switch"/>.</summary>
    /// <exception cref="BadImageFormatException">There is no such instruction.</exception>
    public static int Of(ILOpCode code) => code switch
    {
        ILOpCode.Ldarg_s or ILOpCode.Ldarga_s or ILOpCode.Starg_s or ILOpCode.Ldloc_s or ILOpCode.Ldloca_s or ILOpCode.Stloc_s => 1,
        ILOpCode.Ldc_i4_s or ILOpCode.Unaligned or (>= ILOpCode.Br_s and <= ILOpCode.Blt_un_s) or ILOpCode.Leave_s or (ILOpCode)0xfe19 => 1,
        ILOpCode.Ldarg or ILOpCode.Ldarga or ILOpCode.Starg or ILOpCode.Ldloc or ILOpCode.Ldloca or ILOpCode.Stloc => 2,
        ILOpCode.Ldc_i4 or ILOpCode.Ldc_r4 or (>= ILOpCode.Br and <= ILOpCode.Blt_un) or ILOpCode.Leave => 4,
        ILOpCode.Ldc_i8 or ILOpCode.Ldc_r8 => 8,
        ILOpCode.Switch => Switch,
        ILOpCode.Jmp or ILOpCode.Call or ILOpCode.Calli or ILOpCode.Callvirt or ILOpCode.Newobj or ILOpCode.Ldftn or ILOpCode.Ldvirtftn => Token,
        ILOpCode.Cpobj or ILOpCode.Ldobj or ILOpCode.Stobj or ILOpCode.Initobj or ILOpCode.Ldstr or ILOpCode.Ldtoken => Token,
        ILOpCode.Castclass or ILOpCode.Isinst or ILOpCode.Unbox or ILOpCode.Unbox_any or ILOpCode.Box or ILOpCode.Constrained or ILOpCode.Sizeof => Token,
        >= ILOpCode.Ldfld and <= ILOpCode.Stsfld => Token,
        ILOpCode.Newarr or ILOpCode.Ldelema or ILOpCode.Ldelem or ILOpCode.Stelem or ILOpCode.Refanyval or ILOpCode.Mkrefany => Token,
        _ when Enum.IsDefined(typeof(ILOpCode), code) => 0,
        _ => throw new BadImageFormatException(),
    };
}
