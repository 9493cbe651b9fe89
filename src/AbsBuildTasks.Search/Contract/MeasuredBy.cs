using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search;

/// <summary>A model as it is, but for its metric: that is one of its further ones.</summary>
/// <param name="model">The model.</param>
/// <param name="further">The metric.</param>
internal sealed class MeasuredBy(IAbsModel model, FurtherMetric further) : IAbsModel
{
    /// <inheritdoc />
    public string MetricName => further.Name;

    /// <inheritdoc />
    public bool LowerIsBetter => further.LowerIsBetter;

    /// <inheritdoc />
    public ModelData LoadData(ModelContext context) => model.LoadData(context);

    /// <inheritdoc />
    public Module CreateNetwork(ModelContext context) => model.CreateNetwork(context);

    /// <inheritdoc />
    public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs) => model.Forward(network, inputs);

    /// <inheritdoc />
    public Tensor Loss(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => model.Loss(outputs, targets);

    /// <inheritdoc />
    /// <exception cref="AbsException">ABS2041: the metric starts without an accumulation.</exception>
    public MetricAccumulator? StartMetric() => further.Start()
        ?? throw new AbsException(AbsCodes.InvalidMetric, $"IAbsModel.FurtherMetrics: '{further.Name}' returned null where it is to start; return a new accumulation in each call.");
}
