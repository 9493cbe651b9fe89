using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Training;

/// <summary>Measures a network on data, in evaluation mode and without gradients.</summary>
internal sealed class Evaluator(IAbsModel model, Module network, CancellationToken cancellation)
{
    /// <summary>Examples of a batch.</summary>
    public const int BatchSize = 256;


    /// <summary>The model's metric, the mean over all examples.</summary>
    /// <param name="run">Runs a batch.</param>
    /// <param name="data">What to measure on.</param>
    public double Metric(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, LabelledData data) => Mean(run, data, model.Metric);

    /// <summary>The model's loss, the mean over all examples.</summary>
    /// <inheritdoc cref="Metric"/>
    public double Loss(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, LabelledData data) =>
        Mean(run, data, (outputs, targets) => model.Loss(outputs, targets).to(ScalarType.Float64).item<double>());

    private double Mean(
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run,
        LabelledData data,
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>, double> measure)
    {
        using var noGradient = no_grad();
        network.eval();
        var sum = 0.0;
        foreach (var batch in Batches.InOrder(data, BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            sum += measure(run(batch.Inputs), batch.Targets) * batch.Count;
        }

        return sum / data.Count;
    }
}
