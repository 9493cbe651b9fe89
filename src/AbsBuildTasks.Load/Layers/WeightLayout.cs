using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Layers;

/// <summary>
/// Where a layer's weight keeps its filters: <c>[filters, inputs/groups, …kernel]</c>, or for transposed convolutions
/// <c>[inputs, filters/groups, …kernel]</c>.
/// </summary>
/// <param name="IsTransposed">Whether inputs come first.</param>
/// <param name="Groups">Groups that filters and inputs are split into.</param>
/// <param name="IsVector">Whether it has one dimension, in which each filter has one value.</param>
internal readonly record struct WeightLayout(bool IsTransposed, int Groups, bool IsVector = false)
{
    /// <summary>A tensor in the shape of the weight, as <c>[filters, inputs/groups, …kernel]</c>.</summary>
    public Tensor ToFilters(Tensor weight)
    {
        if (!IsTransposed)
        {
            return IsVector ? weight.unsqueeze(1) : weight;
        }

        // [groups · inputs, filters, …kernel], inputs and filters of one group, and the same the other way round.
        var (inputs, filters, kernel) = (weight.shape[0] / Groups, weight.shape[1], weight.shape[2..]);
        return weight.reshape([Groups, inputs, filters, .. kernel]).transpose(1, 2).reshape([Groups * filters, inputs, .. kernel]);
    }

    /// <summary>The reverse of <see cref="ToFilters"/>.</summary>
    public Tensor FromFilters(Tensor filterMajor)
    {
        if (!IsTransposed)
        {
            return IsVector ? filterMajor.squeeze(1) : filterMajor;
        }

        var (filters, inputs, kernel) = (filterMajor.shape[0] / Groups, filterMajor.shape[1], filterMajor.shape[2..]);
        return filterMajor.reshape([Groups, filters, inputs, .. kernel]).transpose(1, 2).reshape([Groups * inputs, filters, .. kernel]);
    }

    /// <summary>A value for each filter, in a shape that acts on the weight.</summary>
    /// <param name="perFilter"><c>[filters]</c>.</param>
    /// <param name="weight">The weight.</param>
    public Tensor Along(Tensor perFilter, Tensor weight)
    {
        if (!IsTransposed)
        {
            return perFilter.reshape([-1, .. Ones(weight.dim() - 1)]);
        }

        var (inputs, filters) = (weight.shape[0] / Groups, weight.shape[1]);
        return perFilter.reshape(Groups, 1, filters).expand(Groups, inputs, filters).reshape([Groups * inputs, filters, .. Ones(weight.dim() - 2)]);
    }

    private static IEnumerable<long> Ones(long count) => Enumerable.Repeat(1L, (int)count);
}
