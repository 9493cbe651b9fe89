using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search;

/// <summary>What a model project tells the search: how to make its network, and what to train and test it on.</summary>
/// <remarks>The type needs a public parameterless constructor.</remarks>
public interface IAbsModel
{
    /// <summary>What <see cref="Metric"/> measures, as it reads in plans and reports.</summary>
    string MetricName => "top-1";

    /// <summary>Makes the network with fresh weights; the seed is set before the call.</summary>
    /// <remarks>
    /// Layers must be run by <c>layer.call(x)</c>, not <c>layer.forward(x)</c>: only then does the search see them.
    /// </remarks>
    Module<Tensor, Tensor> CreateNetwork();

    /// <summary>Loads training and test data.</summary>
    /// <param name="context">Resolves the paths of the item's <c>DataFiles</c>.</param>
    ModelData LoadData(ModelContext context);

    /// <summary>The loss of one batch: a differentiable scalar. Default: cross-entropy of logits and class indices.</summary>
    /// <param name="output">What the network returned, <c>[N, …]</c>.</param>
    /// <param name="target">The batch's targets, <c>[N, …]</c>.</param>
    /// <exception cref="AbsException">ABS2005, by the default: the targets are not class indices.</exception>
    Tensor Loss(Tensor output, Tensor target) => target.dtype == ScalarType.Int64
        ? functional.cross_entropy(output, target)
        : throw new AbsException(AbsCodes.InvalidData, $"Targets are {target.dtype}, but the default loss takes int64 class indices; convert them with to(ScalarType.Int64), or implement IAbsModel.Loss.");

    /// <summary>
    /// The quality of one batch as a mean over its examples; higher is better. Default: top-1 accuracy in percent.
    /// </summary>
    /// <param name="output">What the network returned, <c>[N, classes]</c> for the default.</param>
    /// <param name="target">The batch's targets, <c>[N]</c> class indices for the default.</param>
    double Metric(Tensor output, Tensor target)
    {
        using var hits = output.argmax(1).eq(target).to(ScalarType.Float64).mean();
        return 100 * hits.item<double>();
    }

    /// <summary>Loads starting weights. Default: TorchSharp's own format.</summary>
    /// <param name="network">The network to fill.</param>
    /// <param name="file">Full path of the item's <c>Checkpoint</c>.</param>
    void LoadWeights(Module<Tensor, Tensor> network, string file) => network.load(file);
}
