using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>Weights that a search begins with in the place of training.</summary>
public sealed class StartingWeightsTests
{
    private static readonly SearchSettings Settings = StripesSearch.Settings;

    [Fact]
    public void Starting_weights_take_the_place_of_training() => WithFile(file =>
    {
        using (var trained = Trained())
        {
            trained.save(file);
        }

        var reports = new List<SearchProgress>();
        using var result = StripesSearch.Run(Settings, report: reports.Add, checkpoint: file);

        Assert.DoesNotContain(reports, report => report.Phase == "train");
        Assert.True(result.Plan.Metric.FullPrecision > 90);
    });

    /// <summary>As TorchSharp's loading does for a network on a GPU.</summary>
    [Fact]
    public void Loading_may_replace_the_parameters() => WithFile(file =>
    {
        using (var network = TestNetworks.Chain())
        {
            network.save(file);
        }

        using var expected = StripesSearch.Run(Settings, checkpoint: file);
        using var result = StripesSearch.Run(Settings, new StripesModel { LoadWeightsWith = (network, name) => network.to(ScalarType.Float64).to(ScalarType.Float32).load(name) }, checkpoint: file);

        Assert.Equal(PlanJson.Write(expected.Plan), PlanJson.Write(result.Plan));
    });

    [Fact]
    public void Starting_weights_of_another_network_are_refused() => WithFile(file =>
    {
        using (var other = nn.Linear(2, 2))
        {
            other.save(file);
        }

        Assert.Equal(AbsCodes.InvalidCheckpoint, Assert.Throws<AbsException>(() => StripesSearch.Run(Settings, checkpoint: file)).Code);
    });

    [Fact]
    public void Starting_weights_that_are_not_finite_are_refused() => WithFile(file =>
    {
        using (var network = TestNetworks.Chain())
        {
            using var noGradient = no_grad();
            _ = network.get_parameter("fc1.bias")!.fill_(double.PositiveInfinity);
            network.save(file);
        }

        var error = Assert.Throws<AbsException>(() => StripesSearch.Run(Settings, checkpoint: file));

        Assert.Equal(AbsCodes.InvalidCheckpoint, error.Code);
        Assert.Equal($"Checkpoint '{Path.GetFileName(file)}' holds a value in fc1.bias that is not a finite number; save it again from the network that CreateNetwork returns.", error.Message);
    });

    private static void WithFile(Action<string> test)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.dat");
        try
        {
            test(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A network whose full-precision weights are good.</summary>
    private static nn.Module Trained()
    {
        using var scope = NewDisposeScope();
        IAbsModel model = new StripesModel();
        var network = model.CreateNetwork();
        var data = model.LoadData(new ModelContext(Path.GetTempPath(), []));
        using var optimizer = optim.Adam(network.parameters(), 0.01);
        for (var epoch = 0; epoch < 40; epoch++)
        {
            optimizer.zero_grad();
            model.Loss(model.Forward(network, data.Train.AllInputs), data.Train.AllTargets).backward();
            _ = optimizer.step();
        }

        return network;
    }
}
