using System.Runtime.InteropServices;
using AbsBuildTasks.Plans.Errors;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Native;

/// <summary>The memory that tensors lie in, of which torch tells no more than when it has ended.</summary>
internal static class DeviceMemory
{
    /// <summary>Whether as many bytes are free in one piece; what is taken to find out stays with torch's own reserve.</summary>
    public static bool HasRoom(Device device, long bytes)
    {
        try
        {
            empty([bytes], ScalarType.Byte, device).Dispose();
            return true;
        }
        catch (ExternalException exception) when (IsExhausted(exception))
        {
            return false;
        }
    }

    /// <summary>Whether an exception says that memory has ended; torch's has no type of its own.</summary>
    public static bool IsExhausted(Exception exception) => exception is OutOfMemoryException || (exception is ExternalException
        && (exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || exception.Message.Contains("can't allocate memory", StringComparison.Ordinal)));

    /// <summary>What tells the user.</summary>
    /// <param name="exception">Says that memory has ended.</param>
    /// <param name="device">Where the search runs.</param>
    public static AbsException Error(Exception exception, Device device) => new(
        AbsCodes.OutOfMemory,
        $"The search needs more memory than {(device.type == DeviceType.CPU ? "this machine" : device.ToString())} has ({exception.Message.Split('\n')[0].Trim().TrimEnd('.')}). Lower BatchSize, free memory, or search on a device with more (AbsDevice).",
        exception);
}
