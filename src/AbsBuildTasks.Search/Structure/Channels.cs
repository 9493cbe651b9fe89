using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>A tensor by its channels.</summary>
internal static class Channels
{
    /// <summary>A row for each channel.</summary>
    /// <param name="values">Any shape.</param>
    /// <param name="dimension">The dimension that counts channels; from the end where it is negative.</param>
    public static Tensor Rows(Tensor values, int dimension)
    {
        var first = values.movedim([dimension], [0]);
        return first.reshape(first.shape[0], -1);
    }
}
