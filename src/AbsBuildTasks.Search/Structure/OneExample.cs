using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>What an inference of one example comes to.</summary>
/// <remarks>
/// A batch of one is what is counted: a layer that runs once a batch, on a table or a learned query, costs each
/// inference all of it. For networks that do not bear it, the count is taken from batches of two and four.
/// </remarks>
internal static class OneExample
{
    /// <summary>Looks at a network.</summary>
    /// <param name="examples">Real examples, each input <c>[N, …]</c>.</param>
    /// <param name="one">Looks at a batch of one.</param>
    /// <param name="several">Looks at a larger one.</param>
    /// <param name="less">What a batch of two and one of four say of one example.</param>
    /// <exception cref="AbsException">ABS2004: the network fails on the examples.</exception>
    public static T Of<T>(IReadOnlyList<Tensor> examples, Func<IReadOnlyList<Tensor>, T> one, Func<IReadOnlyList<Tensor>, T> several, Func<T, T, T> less)
    {
        try
        {
            return one(Some(examples, 0));
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.ModelCodeFailed && examples[0].shape[0] > 1)
        {
            return less(several(Some(examples, 0, 1)), several(Some(examples, 0, 1, 0, 1)));
        }
    }

    /// <summary>A count of one example, by that of two and that of four.</summary>
    public static long Count(long two, long four) => ((3 * two) - four) / 2;

    /// <summary>A batch of some examples.</summary>
    public static IReadOnlyList<Tensor> Some(IReadOnlyList<Tensor> examples, params long[] indices) =>
        [.. examples.Select(input => input.index_select(0, tensor(indices, device: input.device)))];
}
