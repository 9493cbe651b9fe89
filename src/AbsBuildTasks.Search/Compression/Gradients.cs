using System.Runtime.InteropServices;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Native;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>The way back from a loss to the weights.</summary>
internal static class Gradients
{
    /// <summary>Computes the gradients of all that a loss depends on.</summary>
    /// <param name="loss">A number with gradient.</param>
    /// <exception cref="AbsException">ABS2024: what forward or loss did has none.</exception>
    public static void Of(Tensor loss)
    {
        try
        {
            loss.backward();
        }
        catch (ExternalException exception) when (!DeviceMemory.IsExhausted(exception))
        {
            var cause = exception.Message.Split('\n')[0].Trim().TrimEnd('.');
            throw new AbsException(AbsCodes.GradientFailed, $"The gradient of the loss cannot be computed: {Remedy(cause)} (torch: {cause}).", exception);
        }
    }

    private static string Remedy(string cause) =>
        cause.Contains("inplace operation", StringComparison.Ordinal) ? "forward or Loss changes a tensor in place that the gradient needs; compute a new one, such as x = x + y instead of x.add_(y)"
        : cause.Contains("second time", StringComparison.Ordinal) ? "forward or Loss keeps a tensor from one batch to the next; detach() it, or do not keep it"
        : "look at what forward and Loss compute";
}
