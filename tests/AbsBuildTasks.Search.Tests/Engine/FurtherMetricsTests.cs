using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Metrics;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>Metrics beside the one that a search goes by: measured, told, and of no influence.</summary>
public sealed class FurtherMetricsTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");

    [Fact]
    public void They_stand_in_the_plan_and_change_nothing_else()
    {
        var model = new StripesModel { FurtherMetrics = [new("F1", () => new F1Score()), new("misses", () => new Misses()) { LowerIsBetter = true }] };
        using var alone = Run(new StripesModel());
        using var result = Run(model);

        Assert.Equal(alone.Plan, result.Plan with { FurtherMetrics = [] });
        Assert.Equal([("F1", false), ("misses", true)], result.Plan.FurtherMetrics.Select(metric => (metric.Name, metric.LowerIsBetter)));
        Assert.All(result.Plan.FurtherMetrics, metric => Assert.NotNull(metric.Noise));
        Assert.Equal(result.Plan, PlanJson.Read(PlanJson.Write(result.Plan), "plan"));

        // What is delivered measures the same; of 128 test examples the misses are those that top-1 does not count.
        result.SaveWeights(_file);
        using var loaded = CompressedModel.Load(model.Network(), _file);
        var test = model.LoadData(StripesSearch.Job(StripesSearch.Settings).Context).Test;
        var f1 = new F1Score();
        f1.Add([loaded.call(test.Inputs)], [test.Targets]);
        Assert.Equal(f1.Result(), result.Plan.FurtherMetrics[0].Compressed, 3);
        Assert.Equal(128 * (100 - result.Plan.Metric.Compressed) / 100, result.Plan.FurtherMetrics[1].Compressed, 3);
        Assert.Equal(128 * (100 - result.Plan.Metric.FullPrecision) / 100, result.Plan.FurtherMetrics[1].FullPrecision, 3);
    }

    public static TheoryData<string> Mistakes => ["null", "no metric", "no name", "one name", "the model's name", "nothing to start", "an earlier one", "no number"];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void What_cannot_be_measured_is_told(string mistake)
    {
        var once = new Misses();
        IReadOnlyList<FurtherMetric> metrics = mistake switch
        {
            "null" => null!,
            "no metric" => [null!],
            "no name" => [new(" ", () => new Misses())],
            "one name" => [new("a", () => new Misses()), new("a", () => new Misses())],
            "the model's name" => [new("top-1", () => new Misses())],
            "nothing to start" => [new("a", () => null!)],
            "an earlier one" => [new("a", () => once)],
            _ => [new("a", () => new Misses { Times = double.NaN })],
        };

        var error = Assert.Throws<AbsException>(() => Run(new StripesModel { FurtherMetrics = metrics }).Dispose());
        Assert.Equal(mistake is "an earlier one" or "no number" ? AbsCodes.ModelCodeFailed : AbsCodes.InvalidMetric, error.Code);
        Assert.Contains("FurtherMetrics", error.Message, StringComparison.Ordinal);
        Assert.Equal(mistake == "no number", error.Message.Contains("the metric a ", StringComparison.OrdinalIgnoreCase));
    }

    public void Dispose() => File.Delete(_file);

    private static SearchResult Run(StripesModel model) => SearchEngine.Run(model, StripesSearch.Job(StripesSearch.Settings), _ => { }, CancellationToken.None);

    /// <summary>How many examples are not hit.</summary>
    private sealed class Misses : MetricAccumulator
    {
        private long _count;

        public double Times { get; init; } = 1;

        public override void Add(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => _count += outputs[0].argmax(1).ne(targets[0]).sum().item<long>();

        public override double Result() => Times * _count;
    }
}
