using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Training;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Training;

public class BatchNormStatisticsTests
{
    [Fact]
    public void Statistics_become_the_mean_over_all_batches_and_the_momentum_stays()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(1);
        var norm = BatchNorm1d(3);
        using var network = Sequential(norm, Dropout(0.5));
        var data = new LabelledData(randn([40, 3]).mul(4).add(2), zeros([40], dtype: ScalarType.Int64));

        BatchNormStatistics.Reestimate(network, inputs => [network.call(inputs[0])], Batches.InOrder(data, 10), CancellationToken.None);

        var batches = Enumerable.Range(0, 4).Select(i => data.Inputs.narrow(0, i * 10, 10)).ToArray();
        Assert.True(norm.running_mean!.allclose(stack(batches.Select(batch => batch.mean([0]))).mean([0]), atol: 1e-5));
        Assert.True(norm.running_var!.allclose(stack(batches.Select(batch => batch.var(0))).mean([0]), atol: 1e-4));
        Assert.Equal(0.1, ((BatchNorm)norm).momentum);
        Assert.All(network.modules(), module => Assert.False(module.training));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frozen_statistics_stay_and_the_others_are_those_of_a_network_that_has_them(bool inForward)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(1);
        using var network = new Frozen(inForward);
        var data = new LabelledData(randn([40, 3]).mul(4).add(2), zeros([40], dtype: ScalarType.Int64));

        BatchNormStatistics.Reestimate(network, inputs => [network.call(inputs[0])], Batches.InOrder(data, 10), CancellationToken.None);

        Assert.Equal([5f, 5, 5], network.Kept.running_mean!.data<float>().ToArray());
        Assert.Equal([9f, 9, 9], network.Kept.running_var!.data<float>().ToArray());
        Assert.Equal(7, network.Kept.num_batches_tracked!.item<long>());
        Assert.True(network.Learned.running_mean!.allclose(data.Inputs.mean([0]).sub(5).div(3), atol: 1e-4));
        Assert.Equal(0.1, network.Kept.momentum);
        Assert.Equal(0.1, network.Learned.momentum);
    }

    [Fact]
    public void A_cancelled_search_sees_no_further_batch()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(BatchNorm1d(3));
        var data = new LabelledData(randn([40, 3]), zeros([40], dtype: ScalarType.Int64));
        using var source = new CancellationTokenSource();
        var batches = 0;

        _ = Assert.Throws<OperationCanceledException>(() => BatchNormStatistics.Reestimate(network, Run, Batches.InOrder(data, 10), source.Token));

        Assert.Equal(1, batches);

        IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
        {
            batches++;
            source.Cancel();
            return inputs;
        }
    }

    /// <summary>A normalisation with statistics of another network's, which stay in evaluation mode, and one that learns.</summary>
    private sealed class Frozen : Module<Tensor, Tensor>
    {
        private readonly bool _inForward;

        public Frozen(bool inForward)
            : base(nameof(Frozen))
        {
            _inForward = inForward;
            RegisterComponents();
            _ = Kept.running_mean!.fill_(5);
            _ = Kept.running_var!.fill_(9);
            _ = Kept.num_batches_tracked!.fill_(7);
        }

        public BatchNorm1d Kept { get; } = BatchNorm1d(3);

        public BatchNorm1d Learned { get; } = BatchNorm1d(3);

        public override Tensor forward(Tensor input)
        {
            if (_inForward)
            {
                Kept.eval();
            }

            return Learned.call(Kept.call(input));
        }

        public override void train(bool on = true)
        {
            base.train(on);
            if (!_inForward)
            {
                Kept.eval();
            }
        }
    }
}
