using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Tests.Data;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>Searches that start from the delivered weights of an earlier plan.</summary>
public sealed class WarmStartTests : IDisposable
{
    private static readonly SearchSettings Settings = StripesSearch.Settings with { TrainEpochs = 1, SearchEpochs = 2, FineTuneEpochs = 1 };

    private readonly DataFolder _folder = new();

    private string Weights => Path.Combine(_folder.Root, "stripes.weights.zip");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("chain")]
    [InlineData("transposed")]
    public void What_the_file_has_is_the_start_and_what_was_pruned_is_as_the_model_makes_it(string network)
    {
        var model = network == "chain" ? new StripesModel() : new StripesModel { Network = Transposed };
        var plan = Deliver(StripesSearch.Settings, model);
        using var cold = Made(StripesSearch.Job(Settings), model);
        using var warm = Made(Job(), model);
        using var delivered = CompressedModel.Load(model.CreateNetwork(), Weights);

        var pruned = 0;
        foreach (var layer in plan.Layers)
        {
            var kept = Enumerable.Range(0, layer.Filters).Select(layer.KeptFilters.Contains).ToArray();
            var (fresh, started, stored) = (Filters(cold, layer.Name), Filters(warm, layer.Name), Filters(delivered, layer.Name));
            for (var filter = 0; filter < layer.Filters; filter++)
            {
                for (var i = 0; i < stored[filter].Length; i++)
                {
                    // Levels may be zero as well; a weight that is another than the fresh one is the file's.
                    Assert.True(started[filter][i] == stored[filter][i] || (started[filter][i] == fresh[filter][i] && stored[filter][i] == 0), layer.Name);
                }

                if (!kept[filter])
                {
                    pruned++;
                    Assert.Equal(fresh[filter], started[filter]);
                }
            }

            Assert.NotEqual(fresh.SelectMany(values => values), started.SelectMany(values => values));
        }

        Assert.True(pruned > 0);
    }

    [Fact]
    public void The_plan_names_the_file_and_the_same_file_gives_the_same_plan()
    {
        _ = Deliver(StripesSearch.Settings);

        var (plan, again) = (Run(Job()), Run(Job()));

        Assert.Equal(Job().WarmStart!.Hash, plan.WarmStart);
        Assert.Equal(PlanJson.Write(plan), PlanJson.Write(again));
        Assert.Equal(plan, PlanJson.Read(PlanJson.Write(plan), "plan"));
        Assert.NotEqual(PlanJson.Write(plan), PlanJson.Write(Run(StripesSearch.Job(Settings)) with { WarmStart = plan.WarmStart }));
    }

    [Fact]
    public void A_search_without_training_starts_where_the_earlier_plan_ended()
    {
        var before = Deliver(StripesSearch.Settings);

        var plan = Run(Job(Settings with { TrainEpochs = 0 }));

        Assert.True(before.Metric.Compressed > 90);
        Assert.True(plan.Metric.FullPrecision > 90, PlanJson.Write(plan));
    }

    [Fact]
    public void A_file_of_another_network_a_damaged_one_and_one_that_was_changed_are_refused()
    {
        _ = Deliver(StripesSearch.Settings);
        var job = Job();

        Refused("cannot be the start of this search", job, () => TestNetworks.Chain(5, 10, 12));
        File.AppendAllText(Weights, "x");
        Refused("was changed while the build ran", job);
        using (var stream = new FileStream(Weights, FileMode.Open))
        {
            stream.SetLength(stream.Length / 2);
        }

        Refused("cannot be the start of this search", Job());
        File.Delete(Weights);
        Refused("cannot be", job);
    }

    private static void Refused(string what, SearchJob job, Func<Module<Tensor, Tensor>>? network = null)
    {
        var model = network is null ? new StripesModel() : new StripesModel { Network = network };
        var error = Assert.Throws<AbsException>(() => SearchEngine.Run(model, job, _ => { }, CancellationToken.None));
        Assert.Equal(AbsCodes.InvalidWarmStart, error.Code);
        Assert.Contains("WarmStart 'stripes.weights.zip' " + what, error.Message, StringComparison.Ordinal);
    }

    private static float[][] Filters(Module network, string name)
    {
        var layer = LayerKinds.All.LayersOf(network)[name];
        var kind = (LayerKind)layer.Kind;
        var weight = kind.LayoutOf(layer.Module).ToFilters(kind.WeightOf(layer.Module)).detach().flatten(1);
        return [.. Enumerable.Range(0, (int)weight.shape[0]).Select(filter => weight[filter].contiguous().data<float>().ToArray())];
    }

    private static Module Made(SearchJob job, StripesModel model) => new NetworkFactory(CheckedModel.Of(model, job.Context, job.Warn), job).Make();

    /// <summary>Layers whose weights have inputs first, which the file has the other way round.</summary>
    private static FunctionNetwork Transposed()
    {
        var (stem, up, table, head) = (Conv2d(3, 8, 3, stride: 2, padding: 1), ConvTranspose2d(8, 6, 2, stride: 2), Embedding(4, 24), Linear(24, 4));
        return new FunctionNetwork(
            x =>
            {
                var image = functional.max_pool2d(functional.relu(up.call(functional.relu(stem.call(x)))), 4).flatten(1);
                return head.call(image + table.call((x.mean([1, 2, 3]) * 4).to(ScalarType.Int64)));
            },
            ("stem", stem),
            ("up", up),
            ("table", table),
            ("head", head));
    }

    private CompressionPlan Deliver(SearchSettings settings, StripesModel? model = null)
    {
        using var result = SearchEngine.Run(model ?? new StripesModel(), StripesSearch.Job(settings), _ => { }, CancellationToken.None);
        result.SaveWeights(Weights);
        return result.Plan;
    }

    private static CompressionPlan Run(SearchJob job)
    {
        using var result = SearchEngine.Run(new StripesModel(), job, _ => { }, CancellationToken.None);
        return result.Plan;
    }

    private SearchJob Job(SearchSettings? settings = null)
    {
        using var content = File.OpenRead(Weights);
        return StripesSearch.Job(settings ?? Settings) with { WarmStart = new(Weights, ContentHash.Of(content)) };
    }
}
