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
}
