using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Measures a model's further metrics on its test data: nothing goes by them.</summary>
/// <param name="setup">The model and its data.</param>
/// <param name="network">The network.</param>
internal sealed class FurtherMeasures(RunSetup setup, Module network)
{
    private readonly (FurtherMetric Metric, Evaluator Evaluator)[] _metrics =
        [.. setup.Model.FurtherMetrics.Select(metric => (metric, new Evaluator(new MeasuredBy(setup.Model, metric), network, setup.Data, setup.Cancellation)))];

    /// <summary>Their values, in the model's order.</summary>
    /// <param name="run">Runs a batch.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS2004: one of them is not a finite number.</exception>
    public IReadOnlyList<double> Of(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run) =>
        [.. _metrics.Select(metric => metric.Evaluator.RequireFinite(metric.Evaluator.Metric(run, setup.Data.Test), "full-precision", nameof(IAbsModel.FurtherMetrics)))];

    /// <summary>What a plan says of them.</summary>
    /// <param name="run">Runs a batch of the compressed network.</param>
    /// <param name="fullPrecision">Their values in full precision.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS2004: one of them is not a finite number.</exception>
    public IReadOnlyList<PlanMetric> Compared(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, IReadOnlyList<double> fullPrecision) =>
    [
        .. _metrics.Zip(fullPrecision, (metric, full) =>
        {
            var (value, worth) = metric.Evaluator.Study(run, setup.Data.Test);
            return new PlanMetric
            {
                Name = metric.Metric.Name,
                FullPrecision = full,
                Compressed = metric.Evaluator.RequireFinite(value, "compressed", nameof(IAbsModel.FurtherMetrics)),
                LowerIsBetter = metric.Metric.LowerIsBetter,
                Noise = worth.Noise,
            };
        }),
    ];
}
