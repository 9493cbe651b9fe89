using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>Works along one dimension of a tensor.</summary>
internal static class Axes
{
    /// <summary>The elements at given places, which may repeat.</summary>
    public static Tensor Select(Tensor x, long axis, IReadOnlyList<long> places) =>
        x.index_select(axis, tensor(places.ToArray(), ScalarType.Int64, x.device));
}
