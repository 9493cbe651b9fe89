using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Metrics;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Metrics;

public sealed class MetricsTests
{
    /// <summary>Of the pairs of a wanted and an unwanted example, (0.9, 0.7), (0.9, 0.2), (0.4, 0.2) are right, (0.4, 0.7) is wrong.</summary>
    [Fact]
    public void The_area_counts_the_pairs_in_the_right_order() => Assert.Equal(75, Of(new RocAuc(), tensor([0.9f, 0.7f, 0.4f, 0.2f]), tensor([1L, 0, 1, 0])), 1e-9);

    [Fact]
    public void The_same_score_counts_half() => Assert.Equal(50, Of(new RocAuc(), ones(6), tensor([1L, 0, 1, 0, 0, 0])), 1e-9);

    [Fact]
    public void Two_logits_are_a_score()
    {
        var logits = randn(50, 2);
        var targets = randint(0, 2, [50]);

        Assert.Equal(Of(new RocAuc(), logits.select(1, 1) - logits.select(1, 0), targets), Of(new RocAuc(), logits, targets), 1e-9);
    }

    /// <summary>Scores in the order 1, 0, 1: precision 1 at the first, 2/3 at the third, each for half of the wanted.</summary>
    [Fact]
    public void Average_precision_by_hand() => Assert.Equal(100 * (0.5 + (0.5 * 2 / 3)), Of(new AveragePrecision(), tensor([3f, 2f, 1f]), tensor([1L, 0, 1])), 1e-9);

    [Fact]
    public void Without_both_kinds_there_is_no_area()
    {
        Assert.False(double.IsFinite(Of(new RocAuc(), ones(3), ones(3, ScalarType.Int64))));
        Assert.False(double.IsFinite(Of(new AveragePrecision(), ones(3), zeros(3, ScalarType.Int64))));
    }

    /// <summary>Class 0: 1 hit, given 2, wanted 1. Class 1: 1 hit, given 1, wanted 2. Class 2 does not occur.</summary>
    [Fact]
    public void Classes_by_hand()
    {
        var (answers, wanted) = (tensor([0L, 0, 1]), tensor([0L, 1, 1]));

        Assert.Equal(100 * 2.0 / 3, Of(new F1Score(), OneHot(answers, 3), wanted), 1e-9);
        Assert.Equal(100 * 0.5, Of(new MeanIoU(), OneHot(answers, 3), wanted), 1e-9);
    }

    [Fact]
    public void Pixels_are_counted_over_all_images_and_ignored_ones_are_not()
    {
        var answers = randint(0, 3, [4, 5, 6]);
        var wanted = randint(0, 3, [4, 5, 6]);
        var scores = nn.functional.one_hot(answers, 3).permute(0, 3, 1, 2).to(ScalarType.Float32);
        var flat = Of(new MeanIoU(), OneHot(answers.reshape(-1), 3), wanted.reshape(-1));

        Assert.Equal(flat, Of(new MeanIoU(), scores, wanted), 1e-9);

        var ignored = wanted.clone();
        ignored[0] = tensor(-100L);
        Assert.Equal(Of(new MeanIoU(), scores[1..], wanted[1..]), Of(new MeanIoU(ignored: -100), scores, ignored), 1e-9);
        Assert.Equal(AbsCodes.InvalidData, Assert.Throws<AbsException>(() => Of(new MeanIoU(), scores, ignored)).Code);
    }

    /// <summary>However examples are cut into batches.</summary>
    [Theory]
    [InlineData(typeof(RocAuc))]
    [InlineData(typeof(AveragePrecision))]
    [InlineData(typeof(F1Score))]
    [InlineData(typeof(MeanIoU))]
    public void Batches_do_not_matter(Type type)
    {
        var (scores, targets) = (randn(101, 2), randint(0, 2, [101]));
        var (whole, cut) = (New(), New());
        whole.Add([scores], [targets]);
        foreach (var start in new[] { 0, 1, 30 })
        {
            var end = start switch { 0 => 1, 1 => 30, _ => 101 };
            cut.Add([scores[start..end]], [targets[start..end]]);
        }

        Assert.Equal(whole.Result(), cut.Result());

        MetricAccumulator New() => type == typeof(F1Score) ? new F1Score() : type == typeof(MeanIoU) ? new MeanIoU() : (MetricAccumulator)Activator.CreateInstance(type)!;
    }

    [Fact]
    public void Other_shapes_and_targets_are_refused_by_name()
    {
        Assert.Contains("RocAuc takes a score for each example", Refusal(new RocAuc(), randn(4, 3), zeros(4)), StringComparison.Ordinal);
        Assert.Contains("RocAuc takes targets of 0 and 1", Refusal(new RocAuc(), randn(4), ones(4) * 2), StringComparison.Ordinal);
        Assert.Contains("F1Score takes outputs of shape [N, classes, …]", Refusal(new F1Score(), randn(4), zeros(4)), StringComparison.Ordinal);
        Assert.Contains("targets from 0 to 1", Refusal(new F1Score(), randn(4, 2), ones(4) * 2), StringComparison.Ordinal);
    }

    private static string Refusal(MetricAccumulator metric, Tensor outputs, Tensor targets)
    {
        var error = Assert.Throws<AbsException>(() => Of(metric, outputs, targets));
        Assert.Equal(AbsCodes.InvalidData, error.Code);
        return error.Message;
    }

    private static Tensor OneHot(Tensor answers, long classes) => nn.functional.one_hot(answers, classes).to(ScalarType.Float32);

    private static double Of(MetricAccumulator metric, Tensor outputs, Tensor targets)
    {
        metric.Add([outputs], [targets]);
        return metric.Result();
    }
}
