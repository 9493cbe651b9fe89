using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Training;

/// <summary>Measures a network on data, in evaluation mode and without gradients.</summary>
/// <param name="model">Measures a batch.</param>
/// <param name="network">The network.</param>
/// <param name="data">All data, to say where a value that is not finite comes from.</param>
/// <param name="cancellation">Ends it before the next batch.</param>
internal sealed class Evaluator(IAbsModel model, Module network, ModelData data, CancellationToken cancellation)
{
    /// <summary>Examples of a batch.</summary>
    public const int BatchSize = 256;

    /// <summary>Whether the metric is an error.</summary>
    public bool LowerIsBetter => model.LowerIsBetter;

    /// <summary>The model's metric.</summary>
    /// <param name="run">Runs a batch.</param>
    /// <param name="part">What to measure on.</param>
    /// <param name="also">Gets the outputs of each batch, too.</param>
    /// <exception cref="AbsException">ABS2021: an output is not a finite number. ABS2022: because the data are not.</exception>
    public double Metric(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, LabelledData part, Action<IReadOnlyList<Tensor>, Batch>? also = null)
    {
        var tally = new MetricTally(model);
        Each(run, part, (outputs, batch) =>
        {
            _ = tally.Add(outputs, batch.Targets, batch.Count);
            also?.Invoke(outputs, batch);
        });
        return tally.Value;
    }

    /// <summary>The model's metric, and what it is worth, in one go.</summary>
    /// <inheritdoc cref="Metric"/>
    public (double Metric, MetricWorth Worth) Study(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, LabelledData part, Action<IReadOnlyList<Tensor>, Batch>? also = null)
    {
        using var study = new MetricStudy(model, part, cancellation);
        Each(run, part, (outputs, batch) =>
        {
            study.Add(outputs, batch);
            also?.Invoke(outputs, batch);
        });
        return (study.Metric, study.Worth());
    }

    /// <summary>The model's loss, the mean over all examples.</summary>
    /// <param name="run">Runs a batch.</param>
    /// <param name="part">What to measure on.</param>
    /// <exception cref="AbsException">ABS2021: an output is not a finite number. ABS2022: because the data are not.</exception>
    public double Loss(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, LabelledData part)
    {
        var sum = 0.0;
        Each(run, part, (outputs, batch) => sum += model.Loss(outputs, batch.Targets).to(ScalarType.Float64).item<double>() * batch.Count);
        return sum / part.Count;
    }

    /// <summary>Fails where a metric that counts is not a finite number.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="which">Of which network: <c>full-precision</c> or <c>compressed</c>.</param>
    /// <param name="member">What of the model gives it; null for what gives its metric.</param>
    /// <returns>The metric.</returns>
    /// <exception cref="AbsException">ABS2004; ABS2022: because the data are not.</exception>
    public double RequireFinite(double metric, string which, string? member = null)
    {
        if (double.IsFinite(metric))
        {
            return metric;
        }

        var what = $"the metric {model.MetricName} of the {which} network is not a finite number";
        RequireFiniteData(what);
        throw new AbsException(AbsCodes.ModelCodeFailed, $"{char.ToUpperInvariant(what[0])}{what[1..]}, though its outputs are; check IAbsModel.{member ?? (model.StartMetric() is null ? nameof(IAbsModel.Metric) : nameof(IAbsModel.StartMetric))}, such as a division by zero in it.");
    }

    private void Each(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, LabelledData part, Action<IReadOnlyList<Tensor>, Batch> measure)
    {
        using var noGradient = no_grad();
        network.eval();
        var seen = 0L;
        foreach (var batch in Batches.InOrder(part, BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            var outputs = run(batch.Inputs);
            RequireFinite(outputs, seen);
            measure(outputs, batch);
            seen += batch.Count;
        }
    }

    private void RequireFinite(IReadOnlyList<Tensor> outputs, long before)
    {
        for (var i = 0; i < outputs.Count; i++)
        {
            if (!outputs[i].is_floating_point() || outputs[i].isfinite().all().item<bool>())
            {
                continue;
            }

            RequireFiniteData("the network's outputs are not finite numbers either");
            var which = outputs.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"output {i}") : "output";
            throw new AbsException(AbsCodes.OutputNotFinite, string.Create(
                CultureInfo.InvariantCulture,
                $"Where the network is evaluated, its {which} holds NaN or infinity, in the batch from example {before} on, though data and weights are finite; look in forward for a division by zero, a logarithm of zero or an overflow, use a large number instead of infinity as a mask, or lower LearningRate."));
        }
    }

    private void RequireFiniteData(string consequence)
    {
        DataValues.Require(data.Train, "training", consequence);
        DataValues.Require(data.Test, "test", consequence);
    }
}
