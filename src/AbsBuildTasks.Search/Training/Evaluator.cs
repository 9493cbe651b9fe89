using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Training;

/// <summary>Measures a network on data, in evaluation mode and without gradients.</summary>
internal sealed class Evaluator(IAbsModel model, Module<Tensor, Tensor> network, CancellationToken cancellation)
{
    private const int BatchSize = 256;

    /// <summary>The model's metric, the mean over all examples.</summary>
    /// <param name="run">Runs a batch.</param>
    /// <param name="data">What to measure on.</param>
    public double Metric(Func<Tensor, Tensor> run, LabelledData data) => Mean(run, data, model.Metric);

    /// <summary>The model's loss, the mean over all examples.</summary>
    /// <inheritdoc cref="Metric"/>
    public double Loss(Func<Tensor, Tensor> run, LabelledData data) =>
        Mean(run, data, (output, target) => model.Loss(output, target).to(ScalarType.Float64).item<double>());

    private double Mean(Func<Tensor, Tensor> run, LabelledData data, Func<Tensor, Tensor, double> measure)
    {
        using var noGradient = no_grad();
        network.eval();
        var sum = 0.0;
        foreach (var (input, target) in Batches.InOrder(data, BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            sum += measure(run(input), target) * input.shape[0];
        }

        return sum / data.Count;
    }
}
