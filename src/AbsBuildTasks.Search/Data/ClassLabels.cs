using System.Runtime.InteropServices;
using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Data;

/// <summary>Class indices as read from a file.</summary>
internal static class ClassLabels
{
    /// <summary>Refuses a number of classes that is none.</summary>
    /// <exception cref="AbsException">ABS2005: less than 1.</exception>
    public static void RequireClasses(int classes)
    {
        if (classes < 1)
        {
            throw new AbsException(AbsCodes.InvalidData, $"There cannot be {classes} classes; give the reader the number of classes in the data.");
        }
    }

    /// <summary>Finds the first label that names no class.</summary>
    /// <param name="labels">Type int64, contiguous, <c>[N]</c>.</param>
    /// <param name="classes">The number of classes.</param>
    /// <returns>Its index and value, or null.</returns>
    public static (int Index, long Label)? FirstOutside(Tensor labels, int classes)
    {
        var all = MemoryMarshal.Cast<byte, long>(labels.bytes);
        var index = all.IndexOfAnyExceptInRange(0, classes - 1);
        return index < 0 ? null : (index, all[index]);
    }
}
