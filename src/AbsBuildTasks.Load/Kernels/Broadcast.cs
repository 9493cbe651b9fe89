using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Kernels;

/// <summary>Shapes a vector so that it acts along one dimension of a larger tensor.</summary>
internal static class Broadcast
{
    /// <summary>The vector with as many dimensions as the tensor, all of size 1 but one.</summary>
    /// <param name="vector"><c>[n]</c>.</param>
    /// <param name="tensor">Has n entries along the dimension.</param>
    /// <param name="dimension">The dimension, from 0, or from -1 backwards.</param>
    public static Tensor Along(this Tensor vector, Tensor tensor, int dimension)
    {
        var shape = new long[tensor.dim()];
        Array.Fill(shape, 1);
        shape[dimension < 0 ? shape.Length + dimension : dimension] = -1;
        return vector.reshape(shape);
    }
}
