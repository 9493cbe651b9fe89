using System.IO.Compression;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Search.Training;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>Faults planted in the export, the trace and the masks: written weights that are not what the plan states.</summary>
public sealed class DeliveryCheckTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");

    [Fact]
    public void Weights_that_are_what_was_searched_pass()
    {
        using var search = new Searched(new StripesModel());
        search.Export(_file);

        search.Check().Require(_file);
    }

    [Fact]
    public void A_wrong_clipping_interval_in_the_export_is_found_and_its_layer_named()
    {
        using var search = new Searched(new StripesModel());
        search.Export(_file);
        Change(manifest => manifest with { Layers = [manifest.Layers[0], manifest.Layers[1] with { WeightIntervals = [.. manifest.Layers[1].WeightIntervals.Select(interval => interval * 1.5f)] }, .. manifest.Layers.Skip(2)] });

        var error = Assert.Throws<AbsException>(() => search.Check().Require(_file));

        Assert.Equal(AbsCodes.NotDelivered, error.Code);
        Assert.Contains("what layer 'conv2' gives is the first to differ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_the_export_left_out_is_found()
    {
        using var search = new Searched(new StripesModel());
        search.Export(_file);
        Change(manifest => manifest with { Tensors = [.. manifest.Tensors.Where(tensor => tensor.Name != "norm.running_mean")] });

        var error = Assert.Throws<AbsException>(() => search.Check().Require(_file));

        Assert.Equal(AbsCodes.NotDelivered, error.Code);
        Assert.Contains("they belong to another network, which has no 'norm.running_mean'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_that_the_trace_took_for_dead_is_found_by_its_value()
    {
        // Behind the sigmoid a pruned filter leaves a half; the map says that it leaves zero.
        using var search = new Searched(new StripesModel { Network = Sigmoid }, RectifiedMap);
        search.Export(_file);

        var error = Assert.Throws<AbsException>(() => search.Check().Require(_file));

        Assert.Equal(AbsCodes.NotDelivered, error.Code);
        Assert.Contains("of layer 'b' counts as dead, and is not zero on the test data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_that_is_not_masked_is_found()
    {
        using var search = new Searched(new StripesModel());
        search.Export(_file);
        search.Unmask("conv2");

        var error = Assert.Throws<AbsException>(() => search.Check().Require(_file));

        Assert.Equal(AbsCodes.NotDelivered, error.Code);
        Assert.Contains("what layer 'conv2' gives is the first to differ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_that_the_plan_states_and_nobody_measured_is_found()
    {
        using var search = new Searched(new StripesModel());
        search.Export(_file);

        var error = Assert.Throws<AbsException>(() => search.Check(metric => metric with { Compressed = metric.Compressed + 1 }).Require(_file));

        Assert.Contains("though the outputs are the same", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_network_keeps_in_a_field_while_it_trains_ends_the_search_and_leaves_no_file()
    {
        var error = Assert.Throws<AbsException>(() => Deliver(() => new Forgetful()));

        Assert.Equal(AbsCodes.NotDelivered, error.Code);
        Assert.Contains("such as a tensor in a field. Register it", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_file));
    }

    [Theory]
    [InlineData("array")]
    [InlineData("places")]
    public void What_a_network_draws_and_keeps_outside_its_state_is_not_what_an_application_draws(string kind)
    {
        var error = Assert.Throws<AbsException>(() => Deliver(() => new Drawn(kind)));

        Assert.Equal(AbsCodes.NotDelivered, error.Code);
        Assert.False(File.Exists(_file));
    }

    [Fact]
    public void The_large_number_of_a_mask_hides_no_difference()
    {
        var error = Assert.Throws<AbsException>(() => Deliver(() => new Forgetful { Mask = -1e9f }));

        Assert.Equal(AbsCodes.NotDelivered, error.Code);
        Assert.Contains("such as a tensor in a field. Register it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_grows_while_it_trains_is_counted_as_it_has_become()
    {
        var error = Assert.Throws<AbsException>(() => Deliver(() => new Growing()));

        Assert.Equal(AbsCodes.NotDelivered, error.Code);
        Assert.Contains("layer 'again' uses each weight 3 times for an example, where the plan counts 1", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);

    private void Deliver(Func<Module<Tensor, Tensor>> network)
    {
        using var result = SearchEngine.Run(new StripesModel { Network = network }, StripesSearch.Job(StripesSearch.Settings with { TrainEpochs = 1, SearchEpochs = 1, FineTuneEpochs = 1, Budget = new(0.06) }), _ => { }, CancellationToken.None);
        result.SaveWeights(_file);
    }

    private static FunctionNetwork Sigmoid() => Between(x => x.sigmoid());

    private static FunctionNetwork Between(Func<Tensor, Tensor> step)
    {
        _ = manual_seed(3);
        var (a, b) = (Conv2d(3, 6, 3), Linear(6, 4));
        return new FunctionNetwork(x => b.call(step(a.call(x)).mean([2, 3])), ("a", a), ("b", b));
    }

    private static ChannelMap RectifiedMap(ModelNetwork network, NetworkProbe probe, IReadOnlyList<Tensor> examples)
    {
        using var rectified = Between(x => functional.relu(x));
        return Traced.Map(rectified, examples[0]);
    }

    private void Change(Func<WeightManifest, WeightManifest> change)
    {
        using var archive = ZipFile.Open(_file, ZipArchiveMode.Update);
        var entry = archive.GetEntry("manifest.json")!;
        string json;
        using (var reader = new StreamReader(entry.Open()))
        {
            json = reader.ReadToEnd();
        }

        entry.Delete();
        using var writer = new StreamWriter(archive.CreateEntry("manifest.json", CompressionLevel.NoCompression).Open());
        writer.Write(change(WeightManifest.FromJson(json)).ToJson());
    }

    /// <summary>A network under frozen decisions, as a search leaves it.</summary>
    private sealed class Searched : IDisposable
    {
        private readonly IAbsModel _model;
        private readonly SearchJob _job = StripesSearch.Job(StripesSearch.Settings);
        private readonly NetworkFactory _networks;
        private readonly ModelData _data;
        private readonly CompressedNetwork _network;
        private readonly PlanMetric _metric;

        public Searched(IAbsModel model, Func<ModelNetwork, NetworkProbe, IReadOnlyList<Tensor>, ChannelMap>? map = null)
        {
            _model = model;
            _networks = new NetworkFactory(CheckedModel.Of(model, _job.Context, (_, _) => { }), _job);
            _data = model.LoadData(_job.Context);
            var (network, examples) = (new ModelNetwork(_networks.Make(), model.Forward), _data.Train.First(8));
            var probe = NetworkProbe.Run(network, examples);
            _network = new CompressedNetwork(network, probe, map?.Invoke(network, probe, examples) ?? ChannelTrace.Run(network, probe, examples), Compressed.Everything);
            _network.Calibrate([examples]);
            _network.Freeze(Compressed.RandomDecisions(_network, 5));
            var value = Metric(_network.Run);
            _metric = new PlanMetric { Name = "top-1", FullPrecision = value, Compressed = value };
        }

        public void Export(string file) => WeightExporter.Write(_network, file);

        public DeliveryCheck Check(Func<PlanMetric, PlanMetric>? change = null) =>
            new(_model, _job, _networks, _data, _network, PlanBuilder.Build(_job, _network, change?.Invoke(_metric) ?? _metric), Metric);

        private double Metric(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run) => new Evaluator(_model, _network.Network.Module, _data, CancellationToken.None).Metric(run, _data.Test);

        /// <summary>Lets a layer's pruned filters give something.</summary>
        public void Unmask(string name)
        {
            var layer = _network.Layers.Single(layer => layer.Layer.Shape.Name == name);
            Assert.Contains(false, layer.Filters.Kept);
            _ = ((Module<Tensor, Tensor>)layer.Layer.Module).register_forward_hook((_, _, output) => output.add(tensor(layer.Filters.Kept.Select(kept => kept ? 0f : 1f).ToArray()).reshape(1, -1, 1, 1)));
        }

        public void Dispose()
        {
            _network.Dispose();
            _network.Network.Module.Dispose();
        }
    }

    /// <summary>Takes off a mean that it learns while it trains, and keeps in a field.</summary>
    private sealed class Forgetful : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Conv2d first = Conv2d(3, 6, 3);
        private readonly TorchSharp.Modules.Linear head = Linear(6, 4);
        private Tensor _mean = zeros(6);

        public float Mask { get; init; }

        public Forgetful()
            : base(nameof(Forgetful)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var x = first.call(input).mean([2, 3]);
            if (training)
            {
                _mean = _mean.mul(0.9).add(x.detach().mean([0]).mul(0.1)).DetachFromDisposeScope();
            }

            x = head.call(x - _mean);
            return Mask == 0 ? x : cat([x.narrow(1, 0, 3), full_like(x.narrow(1, 3, 1), Mask)], 1);
        }
    }

    /// <summary>Projects by random numbers, or takes features at random places: neither is registered.</summary>
    private sealed class Drawn : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear head = Linear(24, 4);
        private readonly Tensor[] _tables = [];
        private readonly long[] _places = [];

        public Drawn(string kind)
            : base(nameof(Drawn))
        {
            if (kind == "array")
            {
                _tables = [randn(192, 24).DetachFromDisposeScope()];
            }
            else
            {
                using var places = randperm(192);
                _places = [.. places.data<long>().Take(24)];
            }

            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = input.flatten(1);
            return head.call(_tables is [var table] ? x.matmul(table) : x.index_select(1, tensor(_places)));
        }
    }

    /// <summary>Runs a layer more often once it has trained for a while.</summary>
    private sealed class Growing : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear first = Linear(192, 8);
        private readonly TorchSharp.Modules.Linear again = Linear(8, 8);
        private readonly TorchSharp.Modules.Linear head = Linear(8, 4);

        public Growing()
            : base(nameof(Growing))
        {
            register_buffer("steps", zeros(1, dtype: ScalarType.Int64));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = first.call(input.flatten(1));
            var steps = get_buffer("steps")!;
            for (var i = steps.item<long>() > 10 ? 0 : 2; i < 3; i++)
            {
                x = functional.layer_norm(x + again.call(x), [8], null, null);
            }

            if (training)
            {
                _ = steps.add_(1);
            }

            return head.call(x);
        }
    }
}
