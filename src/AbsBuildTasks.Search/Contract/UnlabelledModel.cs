using AbsBuildTasks.Plans.Errors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search;

/// <summary>A model whose data have no targets: the compressed network learns to give what the original one gives.</summary>
/// <remarks>
/// The original is the network that <see cref="CreateNetwork(ModelContext)"/> returns, so it must come with its weights, as an
/// <see cref="OnnxNetwork"/> does. Set <c>TrainEpochs</c> to 0: there is nothing to learn before the search.
/// </remarks>
public abstract class UnlabelledModel : IAbsModel
{
    private const long BatchSize = 256;

    // Of the squared size of outputs: keeps a batch of zeros from being divided by nothing.
    private const double Least = 1e-6;

    /// <inheritdoc />
    public virtual string MetricName => "agreement";

    /// <inheritdoc cref="IAbsModel.LowerIsBetter" />
    public virtual bool LowerIsBetter => false;

    /// <inheritdoc cref="IAbsModel.FurtherMetrics" />
    public virtual IReadOnlyList<FurtherMetric> FurtherMetrics => [];

    /// <inheritdoc cref="IAbsModel.CreateNetwork(ModelContext)" />
    /// <summary>Makes the network, with its weights.</summary>
    public abstract Module CreateNetwork(ModelContext context);

    /// <summary>Loads training and test inputs.</summary>
    /// <param name="context">Resolves the paths of the item's <c>DataFiles</c>.</param>
    public abstract UnlabelledData LoadInputs(ModelContext context);

    /// <inheritdoc />
    /// <exception cref="AbsException">ABS2005: there are no inputs.</exception>
    public ModelData LoadData(ModelContext context)
    {
        var inputs = LoadInputs(context);
        using var original = CreateNetwork(context);
        original.eval();
        return new ModelData(Answered(original, inputs?.Train), Answered(original, inputs?.Test));
    }

    /// <summary>The squared distance from the original's outputs, as a share of their squared size, in the mean over outputs.</summary>
    /// <param name="outputs">What the network gives.</param>
    /// <param name="targets">What the original gives.</param>
    public virtual Tensor Loss(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) =>
        outputs.Zip(targets, (output, target) => (output - target).square().mean() / (target.square().mean() + Least)).Aggregate((sum, loss) => sum + loss) / outputs.Count;

    /// <summary>
    /// How far the network agrees with the original, in percent. For one output <c>[N, classes]</c>: the share of examples for
    /// which both have the same highest class. For others: 100 less the distance from the original's output, in percent of
    /// that output's length; it can be below 0.
    /// </summary>
    /// <param name="outputs">What the network gives.</param>
    /// <param name="targets">What the original gives.</param>
    public virtual double Metric(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets)
    {
        using var scope = NewDisposeScope();
        return 100 * (outputs is [{ shape: [_, > 1] } classes]
            ? classes.argmax(1).eq(targets[0].argmax(1)).to(ScalarType.Float64).mean().item<double>()
            : outputs.Zip(targets, Closeness).Average());
    }

    /// <inheritdoc cref="IAbsModel.StartMetric" />
    public virtual MetricAccumulator? StartMetric() => null;

    private static double Closeness(Tensor output, Tensor target)
    {
        var distance = linalg.vector_norm((output - target).reshape(output.shape[0], -1), dims: [1]);
        var size = linalg.vector_norm(target.reshape(target.shape[0], -1), dims: [1]);
        return 1 - (distance / size.clamp_min(Math.Sqrt(Least))).to(ScalarType.Float64).mean().item<double>();
    }

    /// <summary>Inputs with what the original gives for them.</summary>
    private LabelledData Answered(Module original, IReadOnlyList<Tensor>? inputs)
    {
        if (inputs is not [{ IsInvalid: false } first, ..] || first.dim() == 0 || first.shape[0] == 0)
        {
            throw new AbsException(AbsCodes.InvalidData, $"{GetType().Name}.LoadInputs returned no examples to train or to test on; give at least one tensor of each, of shape [N, …].");
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var count = first.shape[0];
        List<IReadOnlyList<Tensor>> answers = [];
        for (var start = 0L; start < count; start += BatchSize)
        {
            using var batch = NewDisposeScope();
            var outputs = ((IAbsModel)this).Forward(original, [.. inputs.Select(input => input.narrow(0, start, Math.Min(BatchSize, count - start)))]);
            answers.Add([.. outputs.Select(output => output.MoveToOuterDisposeScope())]);
        }

        return new LabelledData(inputs, [.. Enumerable.Range(0, answers[0].Count).Select(output => cat([.. answers.Select(answer => answer[output])]))]);
    }
}
