using System.Reflection;
using TorchSharp;

namespace AbsBuildTasks.Search.Tracing;

/// <summary>What a parameter of a native function is.</summary>
internal enum NativeRole
{
    /// <summary>A number, a truth value or a text, as it is.</summary>
    Plain,

    /// <summary>A tensor, a scalar or null.</summary>
    Handle,

    /// <summary>A native module.</summary>
    Module,

    /// <summary>An array of whole numbers, whose length another parameter has.</summary>
    Integers,

    /// <summary>An array of numbers with a fraction.</summary>
    Doubles,

    /// <summary>An array of tensors.</summary>
    Tensors,

    /// <summary>The length of the arrays before it.</summary>
    Length,

    /// <summary>Receives a tensor.</summary>
    Out,

    /// <summary>Receives an array of tensors.</summary>
    Allocator,
}

/// <summary>A parameter of a native function.</summary>
/// <param name="Name">Its name in TorchSharp's sources.</param>
/// <param name="Role">What it is.</param>
/// <param name="Length">For arrays, the position of their length.</param>
internal sealed record NativeParameter(string Name, NativeRole Role, int Length = -1)
{
    /// <summary>The parameters of a native method. The signature does not tell tensors from arrays: their names do.</summary>
    public static NativeParameter[] All(MethodInfo method)
    {
        var parameters = method.GetParameters();
        return [.. parameters.Select((parameter, i) => Of(parameter, parameters, LengthOf(parameters, i)))];
    }

    private static NativeParameter Of(ParameterInfo parameter, ParameterInfo[] all, int length)
    {
        var (name, type) = (parameter.Name!, parameter.ParameterType);
        return type == typeof(AllocatePinnedArray) ? new(name, NativeRole.Allocator)
            : type == typeof(IntPtr).MakeByRefType() ? new(name, NativeRole.Out)
            : type.Name == "HType" ? new(name, NativeRole.Module)
            : length >= 0 ? new(name, ArrayRole(name), length)
            : type == typeof(IntPtr) ? new(name, NativeRole.Handle)
            : IsLength(parameter) && parameter.Position > 0 && IsPointer(all[parameter.Position - 1]) ? new(name, NativeRole.Length)
            : new(name, NativeRole.Plain);
    }

    private static NativeRole ArrayRole(string name) =>
        name.EndsWith("ensor", StringComparison.Ordinal) || name.EndsWith("ensors", StringComparison.Ordinal) ? NativeRole.Tensors
        : name.StartsWith("scale", StringComparison.Ordinal) ? NativeRole.Doubles
        : NativeRole.Integers;

    /// <summary>The position of an array's length: right behind it, or behind further arrays that are parts of an index, too.</summary>
    private static int LengthOf(ParameterInfo[] all, int position)
    {
        if (!IsPointer(all[position]))
        {
            return -1;
        }

        var next = position + 1;
        while (all[position].Name!.StartsWith("index", StringComparison.Ordinal) && next < all.Length && IsPointer(all[next]))
        {
            next++;
        }

        return next < all.Length && IsLength(all[next]) ? next : -1;
    }

    private static bool IsPointer(ParameterInfo parameter) => parameter.ParameterType == typeof(IntPtr) || parameter.ParameterType.IsPointer;

    private static bool IsLength(ParameterInfo parameter) =>
        (parameter.ParameterType == typeof(int) || parameter.ParameterType == typeof(long))
        && (parameter.Name == "len" || parameter.Name!.EndsWith("_len", StringComparison.Ordinal) || parameter.Name.EndsWith("length", StringComparison.OrdinalIgnoreCase));
}
