using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search;

/// <summary>What a model project tells the search: how to make its network, and what to train and test it on.</summary>
/// <remarks>
/// The type needs a public parameterless constructor. A network of one input and one output, a
/// <see cref="Module{T1, TResult}"/> of tensors, needs no more than <see cref="CreateNetwork()"/> and
/// <see cref="LoadData"/>; others override <see cref="Forward"/> and the <c>Loss</c> and <c>Metric</c> over lists. What is measured over all examples
/// at once has <see cref="StartMetric"/>.
/// </remarks>
public interface IAbsModel
{
    /// <summary>What <see cref="Metric(Tensor, Tensor)"/> measures, as it reads in plans and reports.</summary>
    string MetricName => "top-1";

    /// <summary>Whether the metric is an error: the lower, the better. Default: no.</summary>
    bool LowerIsBetter => false;

    /// <summary>Makes the network with fresh weights; the seed is set before the call.</summary>
    /// <remarks>
    /// Layers must be run by <c>layer.call(x)</c>, not <c>layer.forward(x)</c>: only then does the search see them.
    /// </remarks>
    /// <exception cref="AbsException">ABS2025, by the default: neither this nor <see cref="CreateNetwork(ModelContext)"/> is implemented.</exception>
    Module CreateNetwork() => throw new AbsException(
        AbsCodes.InvalidNetwork,
        $"{GetType().Name} implements neither CreateNetwork() nor CreateNetwork(ModelContext); implement one of them, and return the network.");

    /// <summary>Makes the network where that takes a file, such as one of ONNX. Default: <see cref="CreateNetwork()"/>, which is not called otherwise.</summary>
    /// <param name="context">Resolves the paths of the item's <c>DataFiles</c>.</param>
    Module CreateNetwork(ModelContext context) => CreateNetwork();

    /// <summary>Loads training and test data.</summary>
    /// <param name="context">Resolves the paths of the item's <c>DataFiles</c>.</param>
    ModelData LoadData(ModelContext context);

    /// <summary>Runs a batch. Default: the network's one input gives its one output; an <see cref="OnnxNetwork"/> may have several.</summary>
    /// <param name="network">What <see cref="CreateNetwork()"/> returned.</param>
    /// <param name="inputs">The batch's inputs, each <c>[N, …]</c>, in the order of the data.</param>
    /// <returns>The outputs, in the order in which loss and metric take them.</returns>
    /// <exception cref="AbsException">ABS2004, by the default: the network, or the data, has several inputs.</exception>
    IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs) => (network, inputs) switch
    {
        (OnnxNetwork { IsSimple: false } several, _) => several.Run(inputs),
        (Module<Tensor, Tensor> simple, [var input]) => [simple.call(input)],
        _ => throw new AbsException(AbsCodes.ModelCodeFailed, $"{network.GetType().Name} does not simply turn one input into one output ({inputs.Count} in the data); implement IAbsModel.Forward."),
    };

    /// <summary>The loss of one batch: a differentiable scalar. Default: that of the only output and target.</summary>
    /// <param name="outputs">What <see cref="Forward"/> returned.</param>
    /// <param name="targets">The batch's targets, each <c>[N, …]</c>, in the order of the data.</param>
    /// <exception cref="AbsException">ABS2005, by the default: there are several targets.</exception>
    Tensor Loss(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => Loss(outputs[0], Only(targets, nameof(Loss)));

    /// <summary>The loss of one output. Default: cross-entropy of logits and class indices.</summary>
    /// <param name="output">The network's first output, <c>[N, …]</c>.</param>
    /// <param name="target">The batch's only target, <c>[N, …]</c>.</param>
    /// <exception cref="AbsException">ABS2005, by the default: the targets are not class indices.</exception>
    Tensor Loss(Tensor output, Tensor target) => target.dtype == ScalarType.Int64
        ? functional.cross_entropy(output, target)
        : throw new AbsException(AbsCodes.InvalidData, $"Targets are {target.dtype}, but the default loss takes int64 class indices; convert them with to(ScalarType.Int64), or implement IAbsModel.Loss.");

    /// <summary>
    /// How far outputs are from those of the full-precision network, for <c>Distillation</c>: a differentiable scalar.
    /// Default: the Kullback-Leibler divergence of the first outputs' class probabilities.
    /// </summary>
    /// <param name="outputs">What the compressed network returned, <c>[N, classes]</c> logits for the default.</param>
    /// <param name="wanted">What the full-precision network returned for the same batch; without gradient.</param>
    Tensor DistillationLoss(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> wanted) =>
        functional.kl_div(functional.log_softmax(outputs[0], 1), functional.log_softmax(wanted[0], 1), log_target: true, reduction: Reduction.Sum) / outputs[0].shape[0];

    /// <summary>
    /// The quality of one batch as a mean over its examples; higher is better, unless <see cref="LowerIsBetter"/>. Default:
    /// that of the only output and target.
    /// </summary>
    /// <param name="outputs">What <see cref="Forward"/> returned.</param>
    /// <param name="targets">The batch's targets.</param>
    /// <exception cref="AbsException">ABS2005, by the default: there are several targets.</exception>
    double Metric(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => Metric(outputs[0], Only(targets, nameof(Metric)));

    /// <summary>The quality of one output. Default: top-1 accuracy in percent.</summary>
    /// <param name="output">The network's first output, <c>[N, classes]</c> for the default.</param>
    /// <param name="target">The batch's only target, <c>[N]</c> class indices for the default.</param>
    double Metric(Tensor output, Tensor target)
    {
        using var hits = output.argmax(1).eq(target).to(ScalarType.Float64).mean();
        return 100 * hits.item<double>();
    }

    /// <summary>
    /// Starts to measure a whole data set, for a metric that is no mean over batches. Default null: the mean over examples
    /// of what <see cref="Metric(IReadOnlyList{Tensor}, IReadOnlyList{Tensor})"/> gives; it is not called otherwise.
    /// </summary>
    /// <returns>A new accumulation in each call.</returns>
    MetricAccumulator? StartMetric() => null;

    /// <summary>
    /// What else is to be measured of the network: it stands in plans and reports, and a snapshot's tolerance can hold each.
    /// The search does not go by it. Default: nothing.
    /// </summary>
    IReadOnlyList<FurtherMetric> FurtherMetrics => [];

    /// <summary>Loads starting weights. Default: TorchSharp's own format.</summary>
    /// <param name="network">The network to fill.</param>
    /// <param name="file">Full path of the item's <c>Checkpoint</c>.</param>
    void LoadWeights(Module network, string file) => network.load(file);

    private static Tensor Only(IReadOnlyList<Tensor> targets, string method) => targets is [var target]
        ? target
        : throw new AbsException(AbsCodes.InvalidData, $"There are {targets.Count} targets, but the default {method} takes one; implement IAbsModel.{method} over lists of outputs and targets.");
}
