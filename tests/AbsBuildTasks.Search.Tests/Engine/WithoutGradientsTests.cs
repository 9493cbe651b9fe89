using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

public class WithoutGradientsTests
{
    [Fact]
    public void A_network_that_has_no_gradients_where_it_is_evaluated_is_landed_by_measurements_alone()
    {
        var model = new MistakenModel
        {
            Network = () => TestNetworks.Deep(network => network.training ? null : no_grad()),
            Run = (network, inputs) => [((FunctionNetwork)network).call(inputs[0])],
        };
        var settings = new SearchSettings { Budget = new Budget(0.02), KeepFirstAndLast = false, BatchSize = 8, TrainEpochs = 1, SearchEpochs = 1, FineTuneEpochs = 1 };

        using var result = SearchEngine.Run(model, StripesSearch.Job(settings), _ => { }, CancellationToken.None);

        Assert.True(result.Plan.Layers.Count == 10);
    }
}
