using AbsBuildTasks.Search.Metrics;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Search.Training;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Training;

public sealed class MetricStudyTests
{
    /// <summary>Outputs are the inputs: the larger of two scores is the answer.</summary>
    private static readonly Tensor Scores = tensor(Enumerable.Range(0, 400).SelectMany(i => i % 4 == 3 ? new[] { 0f, 2f } : [2f, 0f]).ToArray()).reshape(400, 2);

    private static readonly Tensor Classes = tensor(Enumerable.Range(0, 400).Select(i => i % 10 < 7 ? 0L : 1L).ToArray());

    [Theory]
    [InlineData(100)]
    [InlineData(1)]
    public void A_share_of_hits_has_Wilsons_noise_and_the_largest_classs_chance(double whole)
    {
        var worth = Study((output, target) => whole * output.argmax(1).eq(target).to(ScalarType.Float64).mean().item<double>());

        var hits = Scores.argmax(1).eq(Classes).to(ScalarType.Float64).mean().item<double>();
        Assert.Equal(whole * MetricNoise.Wilson(hits, 400), worth.Noise!.Value, 1e-9);
        Assert.Equal(whole * 0.7, worth.Chance!.Value, 1e-9);
    }

    /// <summary>The mean of squares, whose chance is what the mean output gives.</summary>
    [Fact]
    public void Another_mean_over_examples_is_resampled()
    {
        var worth = Study((output, target) => -(output[TensorIndex.Colon, 1] - target).pow(2).mean().to(ScalarType.Float64).item<double>());

        Assert.InRange(worth.Noise!.Value, 0.05, 0.3);
        using var second = Scores[TensorIndex.Colon, 1].mean();
        Assert.Equal(-(second - Classes).pow(2).mean().item<float>(), worth.Chance!.Value, 1e-4);
    }

    [Fact]
    public void Of_two_batches_that_examples_do_not_add_up_to_nothing_is_known()
    {
        var worth = Study((output, _) => output.shape[0]);

        Assert.Null(worth.Noise);
    }

    [Fact]
    public void Of_many_batches_the_batches_are_resampled()
    {
        var many = new LabelledData(Scores.repeat(8, 1), Classes.repeat(8));

        var worth = Study((output, target) => output.shape[0] == 1 ? 1000 : 100 * output.argmax(1).eq(target).to(ScalarType.Float64).mean().item<double>(), many);

        Assert.InRange(worth.Noise!.Value, 0.0001, 2);
    }

    [Fact]
    public void A_metric_that_takes_no_single_example_ends_nothing()
    {
        var worth = Study((output, _) => output.shape[0] > 1 ? 50 : throw new InvalidOperationException("one is too few"));

        Assert.Null(worth.Noise);
    }

    [Fact]
    public void Outputs_whose_first_dimension_is_not_the_examples_are_not_cut()
    {
        var worth = Study((output, _) => output.shape[0] == 2 ? 50 : throw new InvalidOperationException("cut"), run: inputs => [inputs[0].t()]);

        Assert.Equal(new MetricWorth(null, null), worth);
    }

    /// <summary>Its interval is Wilson's but for chance, as accuracy over the whole set is that share.</summary>
    [Fact]
    public void A_metric_over_the_whole_set_is_measured_without_parts_of_it()
    {
        var random = new Random(3);
        var scores = tensor(Enumerable.Range(0, 1600).Select(_ => random.NextSingle() - 0.3f).ToArray()).reshape(800, 2);
        var classes = zeros(800, ScalarType.Int64);

        var worth = StudyWhole(() => new Hits(), new LabelledData(scores, classes));

        using var hits = scores.argmax(1).eq(classes).to(ScalarType.Float64).mean();
        Assert.InRange(worth.Noise!.Value / (100 * MetricNoise.Wilson(hits.item<double>(), 800)), 0.6, 1.5);
        Assert.NotNull(worth.Chance);
    }

    /// <summary>Parts in the order of the data would each hold one class.</summary>
    [Fact]
    public void Data_that_are_sorted_have_the_noise_of_those_that_are_not()
    {
        var random = new Random(5);
        var classes = tensor(Enumerable.Range(0, 900).Select(i => i < 300 ? 1L : 0).ToArray());
        var scores = tensor(Enumerable.Range(0, 900).Select(i => random.NextSingle() + (i < 300 ? 0.3f : 0)).ToArray()).unsqueeze(1);
        using var order = randperm(900, ScalarType.Int64);

        var sorted = StudyWhole(() => new AveragePrecision(), new LabelledData(scores, classes)).Noise!.Value;
        var mixed = StudyWhole(() => new AveragePrecision(), new LabelledData(scores[order], classes[order])).Noise!.Value;

        Assert.InRange(sorted / mixed, 0.5, 2);
    }

    [Fact]
    public void A_result_is_asked_for_once()
    {
        var worth = StudyWhole(() => new Once(), new LabelledData(Scores, Classes));

        Assert.Equal(0, worth.Noise);
    }

    [Fact]
    public void A_whole_metric_that_sees_batches_has_no_noise()
    {
        var worth = StudyWhole(() => new Hits { Extra = 1 }, new LabelledData(Scores, Classes));

        Assert.Null(worth.Noise);
    }

    [Fact]
    public void The_chance_of_an_area_is_one_half()
    {
        var worth = StudyWhole(() => new RocAuc(), new LabelledData(Scores, Classes));

        Assert.Equal(50, worth.Chance!.Value, 1e-9);
    }

    [Theory]
    [InlineData(70, 2.0, 70, true)]
    [InlineData(71.9, 2.0, 70, true)]
    [InlineData(72.1, 2.0, 70, false)]
    [InlineData(60, null, 70, true)]
    [InlineData(70.1, null, 70, false)]
    public void A_value_is_at_chance_within_its_noise(double value, double? noise, double chance, bool expected) =>
        Assert.Equal(expected, new MetricWorth(noise, chance).IsAtChance(value));

    [Fact]
    public void Where_chance_is_not_known_nothing_is_said() => Assert.False(new MetricWorth(1, null).IsAtChance(-5));

    private static MetricWorth Study(Func<Tensor, Tensor, double> metric, LabelledData? data = null, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>? run = null)
    {
        return Worth(new StripesModel { MetricOf = metric }, run ?? (inputs => inputs), data ?? new LabelledData(Scores, Classes));
    }

    [Fact]
    public void A_metric_over_the_whole_that_fails_on_parts_has_no_known_noise()
    {
        var worth = StudyWhole(() => new Complete(), new LabelledData(Scores, Classes));

        Assert.Null(worth.Noise);
    }

    [Fact]
    public void A_metric_may_change_what_it_is_given_or_dispose_of_it()
    {
        var before = Worth(new StripesModel { MetricOf = Hits }, inputs => inputs, new LabelledData(Scores, Classes));
        var model = CheckedModel.Of(
            new StripesModel
            {
                MetricOf = (output, target) =>
                {
                    using (output)
                    using (target)
                    {
                        var value = Hits(output, target);
                        _ = output.fill_(0);
                        _ = target.fill_(0);
                        return value;
                    }
                },
            },
            new ModelContext(Path.GetTempPath(), []),
            (_, _) => { });

        Assert.Equal(before, Worth(model, inputs => inputs, new LabelledData(Scores, Classes)));

        static double Hits(Tensor output, Tensor target) => output.argmax(1).eq(target).to(ScalarType.Float64).mean().item<double>() * 100;
    }

    private static MetricWorth StudyWhole(Func<MetricAccumulator> start, LabelledData data) => Worth(new StripesModel { Start = start }, inputs => inputs, data);

    private static MetricWorth Worth(IAbsModel model, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, LabelledData data)
    {
        using var network = Identity();
        var (metric, worth) = new Evaluator(model, network, new ModelData(data, data), CancellationToken.None).Study(run, data);
        Assert.Equal(new Evaluator(model, network, new ModelData(data, data), CancellationToken.None).Metric(run, data), metric);
        return worth;
    }

    /// <summary>Lets go of what it has counted when it says it.</summary>
    private sealed class Once : MetricAccumulator
    {
        private bool _isOver;

        public override void Add(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets)
        {
        }

        public override double Result()
        {
            var isFirst = !_isOver;
            _isOver = true;
            return isFirst ? 1 : throw new InvalidOperationException("twice");
        }
    }

    private sealed class Hits : MetricAccumulator
    {
        private double _hits;
        private long _count;

        /// <summary>What each call adds.</summary>
        public double Extra { get; init; }

        public override void Add(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets)
        {
            _hits += outputs[0].argmax(1).eq(targets[0]).sum().item<long>() + Extra;
            _count += outputs[0].shape[0];
        }

        public override double Result() => 100 * _hits / _count;
    }

    /// <summary>The share of hits, which it only gives for all of the examples.</summary>
    private sealed class Complete : MetricAccumulator
    {
        private long _seen;

        public override void Add(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => _seen += targets[0].shape[0];

        public override double Result() => _seen == Classes.shape[0] ? 50 : throw new InvalidOperationException("some are missing");
    }
}
