using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Search.Training;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Engine;

public sealed class FreshNetworksTests
{
    /// <summary>The group normalisation of TorchSharp 0.107.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(64)]
    [InlineData(4096)]
    public void Memory_that_was_never_written_is_found_and_the_remedy_named(int channels)
    {
        var error = Assert.Throws<AbsException>(() => Make(() => Network(channels, written: false)));

        Assert.Equal(AbsCodes.FreshWeightsDiffer, error.Code);
        Assert.EndsWith("init.ones_(norm.weight) and init.zeros_(norm.bias).", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(64)]
    [InlineData(4096)]
    public void The_remedy_helps(int channels) => Make(() => Network(channels, written: true));

    [Fact]
    public void Infinity_in_a_buffer_is_no_mistake()
    {
        Make(() =>
        {
            var network = new FunctionNetwork(x => x, ("a", Linear(3, 3)));
            network.register_buffer("mask", full(3, float.NegativeInfinity));
            return network;
        });
    }

    [Fact]
    public void Starting_weights_make_fresh_ones_alike()
    {
        var file = Path.GetTempFileName();
        try
        {
            using (var network = Network(8, written: true))
            {
                network.save(file);
            }

            Make(() => Network(8, written: false), file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static TorchSharp.Modules.Sequential Network(int channels, bool written)
    {
        var norm = GroupNorm(4, channels);
        if (written)
        {
            init.ones_(norm.weight);
            init.zeros_(norm.bias);
        }

        return Sequential(("a", Conv2d(3, channels, 3)), ("norm", norm), ("b", Conv2d(channels, 4, 1)));
    }

    private static void Make(Func<Module> network, string? checkpoint = null)
    {
        var model = CheckedModel.Of(new MistakenModel { Network = network }, new ModelContext(Path.GetTempPath(), []), (_, _) => { });
        var job = StripesSearch.Job(StripesSearch.Settings) with { StartingWeights = checkpoint };
        SearchSeed.SetForWeights(job);
        using var first = model.CreateNetwork();
        if (checkpoint is not null)
        {
            StartingWeightsFile.Load(model, first, checkpoint);
        }

        FreshNetworks.Twin(model, job, first).Dispose();
    }
}
