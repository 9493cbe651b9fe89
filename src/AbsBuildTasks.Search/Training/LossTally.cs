using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Training;

/// <summary>A model's loss over a data set that it is not trained on: the mean over examples, as far as it can be measured there.</summary>
/// <param name="model">
/// Gives what has the loss, for each batch: the network's outputs need not be all that a model takes from its
/// <see cref="IAbsModel.Forward"/>. It may take what only training gives; then the loss is not known.
/// </param>
internal sealed class LossTally(Func<IAbsModel> model)
{
    private double? _sum = 0;
    private long _examples;

    /// <summary>The mean over all examples so far, to 6 digits; null where it is not known.</summary>
    public double? Mean => _examples > 0 && MetricAttempt.Finite(_sum / _examples) is { } mean ? PlanNumber.Digits(mean, 6) : null;

    /// <summary>Adds a batch.</summary>
    /// <param name="outputs">What the network gave, each <c>[N, …]</c>.</param>
    /// <param name="batch">The batch, of N examples.</param>
    public void Add(IReadOnlyList<Tensor> outputs, Batch batch)
    {
        _examples += batch.Count;
        if (_sum is not null)
        {
            // Behind a loss that fails, gradients may be switched on.
            using var noGradient = no_grad();
            _sum += MetricAttempt.Of(() => CheckedModel.OnCopies(outputs, batch.Targets, (outputs, targets) => model().Loss(outputs, targets).to(ScalarType.Float64).item<double>())) * batch.Count;
        }
    }
}
