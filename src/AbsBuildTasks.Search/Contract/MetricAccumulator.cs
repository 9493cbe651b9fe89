using static TorchSharp.torch;

namespace AbsBuildTasks.Search;

/// <summary>
/// A metric over a whole data set, for what is no mean over batches: areas under curves, F1, intersections over unions.
/// </summary>
/// <remarks>
/// An instance measures once: it sees each batch, in order, and then says the result. Keep counts or scores, not the
/// tensors of a batch: they are gone after the call.
/// </remarks>
public abstract class MetricAccumulator
{
    /// <summary>Adds a batch. Gradients are off.</summary>
    /// <param name="outputs">What <see cref="IAbsModel.Forward"/> returned for it, each <c>[N, …]</c>.</param>
    /// <param name="targets">The batch's targets, each <c>[N, …]</c>.</param>
    public abstract void Add(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets);

    /// <summary>The metric of all that was added, which is a batch at least; higher is better, unless <see cref="IAbsModel.LowerIsBetter"/>.</summary>
    public abstract double Result();
}
