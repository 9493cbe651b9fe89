using AbsBuildTasks.Search.Tracing;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace AbsBuildTasks.Worker.Tracing;

/// <summary>Makes a TorchSharp that tells a hook of each native call.</summary>
/// <remarks>
/// All of TorchSharp goes through the P/Invokes of one class. Each keeps its name and signature but gets a body: it calls a
/// private P/Invoke of the same entry point, and then the thread's <see cref="TraceHook"/>, where that is set, which may return
/// another handle.
/// </remarks>
internal static class TorchSharpRewriter
{
    /// <summary>Rewrites an assembly in memory; its file stays as it is.</summary>
    /// <param name="file">Full path of TorchSharp.dll.</param>
    /// <returns>The new image, from its start.</returns>
    public static MemoryStream Rewrite(string file)
    {
        using var module = ModuleDefinition.ReadModule(file);
        var natives = module.GetType(TraceHook.NativeMethods);
        var (hook, invoke) = AddHook(module);
        foreach (var method in natives.Methods.Where(method => method.IsPInvokeImpl).ToArray())
        {
            var native = Native(method);
            natives.Methods.Add(native);
            method.PInvokeInfo = null;
            method.IsPInvokeImpl = false;
            method.ImplAttributes = MethodImplAttributes.IL;
            method.Body = new MethodBody(method);
            WriteBody(method, native, hook, invoke);
        }

        var image = new MemoryStream();
        module.Write(image);
        image.Position = 0;
        return image;
    }

    private static (FieldReference Field, MethodReference Invoke) AddHook(ModuleDefinition module)
    {
        var after = typeof(Func<string, object?[], object?, object?>);
        var type = new TypeDefinition(TraceHook.Namespace, TraceHook.TypeName, TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.Class, module.TypeSystem.Object);
        var field = new FieldDefinition(TraceHook.FieldName, FieldAttributes.Static | FieldAttributes.Assembly, module.ImportReference(after));
        field.CustomAttributes.Add(new CustomAttribute(module.ImportReference(typeof(ThreadStaticAttribute).GetConstructor([]))));
        type.Fields.Add(field);
        module.Types.Add(type);
        return (field, module.ImportReference(after.GetMethod(nameof(Action.Invoke))));
    }

    private static MethodDefinition Native(MethodDefinition method)
    {
        var native = new MethodDefinition(TraceHook.NativePrefix + method.Name, MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.HideBySig | MethodAttributes.PInvokeImpl, method.ReturnType)
        {
            PInvokeInfo = new PInvokeInfo(method.PInvokeInfo.Attributes, method.PInvokeInfo.EntryPoint ?? method.Name, method.PInvokeInfo.Module),
            ImplAttributes = method.ImplAttributes,
        };
        native.MethodReturnType.MarshalInfo = method.MethodReturnType.MarshalInfo;
        foreach (var parameter in method.Parameters)
        {
            native.Parameters.Add(new ParameterDefinition(parameter.Name, parameter.Attributes, parameter.ParameterType) { MarshalInfo = parameter.MarshalInfo });
        }

        return native;
    }

    private static void WriteBody(MethodDefinition method, MethodDefinition native, FieldReference hook, MethodReference invoke)
    {
        var (il, end) = (method.Body.GetILProcessor(), Instruction.Create(OpCodes.Nop));
        var result = method.ReturnType.MetadataType == MetadataType.Void ? null : new VariableDefinition(method.ReturnType);
        foreach (var parameter in method.Parameters)
        {
            il.Emit(OpCodes.Ldarg, parameter);
        }

        il.Emit(OpCodes.Call, native);
        if (result is not null)
        {
            method.Body.Variables.Add(result);
            il.Emit(OpCodes.Stloc, result);
        }

        il.Emit(OpCodes.Ldsfld, hook);
        il.Emit(OpCodes.Brfalse, end);
        il.Emit(OpCodes.Ldsfld, hook);
        il.Emit(OpCodes.Ldstr, method.Name);
        WriteArguments(il, method);
        if (result is null)
        {
            il.Emit(OpCodes.Ldnull);
        }
        else
        {
            il.Emit(OpCodes.Ldloc, result);
            Box(il, method.ReturnType, method.Module);
        }

        il.Emit(OpCodes.Callvirt, invoke);
        if (result?.VariableType.MetadataType == MetadataType.IntPtr)
        {
            il.Emit(OpCodes.Unbox_Any, result.VariableType);
            il.Emit(OpCodes.Stloc, result);
        }
        else
        {
            il.Emit(OpCodes.Pop);
        }

        il.Append(end);
        if (result is not null)
        {
            il.Emit(OpCodes.Ldloc, result);
        }

        il.Emit(OpCodes.Ret);
    }

    private static void WriteArguments(ILProcessor il, MethodDefinition method)
    {
        il.Emit(OpCodes.Ldc_I4, method.Parameters.Count);
        il.Emit(OpCodes.Newarr, method.Module.TypeSystem.Object);
        foreach (var parameter in method.Parameters)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, parameter.Index);
            il.Emit(OpCodes.Ldarg, parameter);
            if (parameter.ParameterType is ByReferenceType reference)
            {
                il.Emit(OpCodes.Ldobj, reference.ElementType);
                Box(il, reference.ElementType, method.Module);
            }
            else
            {
                Box(il, parameter.ParameterType, method.Module);
            }

            il.Emit(OpCodes.Stelem_Ref);
        }
    }

    private static void Box(ILProcessor il, TypeReference type, ModuleDefinition module)
    {
        if (type.IsPointer)
        {
            il.Emit(OpCodes.Box, module.TypeSystem.IntPtr);
        }
        else if (type.IsValueType)
        {
            il.Emit(OpCodes.Box, type);
        }
    }
}
