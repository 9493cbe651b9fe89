using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Layers;

/// <summary>A kind of layer is a class and a row: nothing else needs to know of one whose input is an index into rows.</summary>
public sealed class OwnKindTests : IDisposable
{
    private const int Words = 20;
    private const int Width = 6;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");

    [Fact]
    public void A_probe_finds_layers_of_it_and_asks_it_for_their_cost()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        var probe = Probe(network, Kinds(canPrune: true));

        Assert.Equal(["Table", "Linear", "Linear"], probe.Layers.Select(layer => layer.Shape.Kind));
        Assert.Equal((Width, Words, 0L), (probe.Layers[0].Shape.Filters, probe.Layers[0].Shape.InputChannels, probe.Layers[0].Shape.Macs));
        Assert.Equal(Words * Width * 4, probe.Layers[0].Shape.FullPrecision(CostKind.Size));
        Assert.Empty(probe.LeftAlone);
        Assert.Equal(["Linear", "Linear", "Parameter"], Probe(network, LayerKinds.All).Layers.Select(layer => layer.Shape.Kind));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_says_whether_filters_may_go(bool canPrune)
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        var map = Map(network, Probe(network, Kinds(canPrune)));

        Assert.Equal([canPrune, true, false], map.Prunable);
        Assert.All(map.Layers[0].Channels, Assert.Null);
        Assert.Equal([new FilterIndex(0, 2)], map.Layers[1].Channels[Width + 2]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_says_whether_filters_can_have_scales_of_their_own(bool canScale)
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        var probe = Probe(network, Kinds(canPrune: true, canScale));
        using var compressed = new CompressedNetwork(Traced.Model(network), probe, Map(network, probe), Compressed.Everything with { WeightScales = ScaleKind.Filter });
        compressed.Calibrate([[Indices()]]);

        Assert.Equal([canScale, true, true], compressed.Layers.Select(layer => layer.HasFilterScales));
        Assert.Equal(canScale ? Width : 1, compressed.Layers[0].Weights.Intervals.Length);
    }

    [Fact]
    public void Layers_that_decide_an_index_are_not_pruned()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(3);
        var (chooser, table, head) = (Linear(3, 8), new Table(8), Linear(Width + 8, 2));
        using var network = new FunctionNetwork(
            x =>
            {
                var scores = functional.relu(chooser.call(x));
                return head.call(cat([table.call(scores.argmax(-1)), scores], -1));
            },
            ("chooser", chooser),
            ("table", table),
            ("head", head));

        // Of four places each, so that no index is the same as before by chance.
        var examples = randn(6, 4, 3);
        var probe = NetworkProbe.Run(Traced.Model(network), [examples], Kinds(canPrune: true));

        Assert.Equal([false, true, false], ChannelTrace.Run(Traced.Model(network), probe, [examples]).Prunable);
    }

    [Fact]
    public void A_loaded_network_gives_exactly_what_was_evaluated()
    {
        using var scope = NewDisposeScope();
        var kinds = Kinds(canPrune: true);
        using var network = Network();
        var probe = Probe(network, kinds);
        using var compressed = new CompressedNetwork(Traced.Model(network), probe, Map(network, probe), Compressed.Everything);
        compressed.Calibrate([[Indices()]]);
        network.train();
        compressed.LearnGates(weights: true, activations: true);
        functional.cross_entropy(compressed.Run([Indices()])[0], randint(3, [16])).backward();
        compressed.CollectGradients();
        Assert.NotEqual(0, ((Table)probe.Layers[0].Module).Rows.grad!.abs().sum().item<float>());

        compressed.Freeze([.. Compressed.RandomDecisions(compressed, 2).Select((decision, layer) => layer == 0 ? decision with { WeightBits = 4, Kept = [true, false, true, true, false, true] } : decision)]);
        Assert.Equal(CostModel.FullPrecisionBits, compressed.Decisions()[0].ActivationBits);
        network.eval();
        var evaluated = compressed.Run([Indices()])[0];
        WeightExporter.Write(compressed, _file);

        using var fresh = Network();
        CompressedModel.Load(fresh, _file, kinds);
        Assert.True(fresh.call(Indices()).equal(evaluated).all().item<bool>());
        var rows = ((Table)fresh.named_modules().Single(pair => pair.name == "table").module).Rows;
        Assert.Equal([0, 0], rows.detach().abs().sum([0])[tensor(new long[] { 1, 4 })].data<float>().ToArray());
        Assert.InRange(rows.unique().output.numel(), 3, 15);
    }

    public void Dispose() => File.Delete(_file);

    private static LayerKinds Kinds(bool canPrune, bool canScale = true) => new(new TableKind(canPrune, canScale), new LinearKind());

    private static FunctionNetwork Network()
    {
        _ = manual_seed(5);
        var (table, hidden, head) = (new Table(Words), Linear(2 * Width, 8), Linear(8, 3));
        return new FunctionNetwork(x => head.call(functional.relu(hidden.call(table.call(x).flatten(1)))), ("table", table), ("hidden", hidden), ("head", head));
    }

    private static NetworkProbe Probe(FunctionNetwork network, LayerKinds kinds) => NetworkProbe.Run(Traced.Model(network), [Indices()], kinds);

    private static ChannelMap Map(FunctionNetwork network, NetworkProbe probe) => ChannelTrace.Run(Traced.Model(network), probe, [Indices()]);

    private static Tensor Indices() => arange(32).reshape(16, 2).remainder(Words);

    private sealed class Table : Module<Tensor, Tensor>
    {
        public Parameter Rows;

        public Table(int rows)
            : base(nameof(Table))
        {
            Rows = Parameter(randn(rows, Width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => Rows.index_select(0, input.flatten()).reshape([.. input.shape, Width]);
    }

    private sealed class TableKind(bool canPrune, bool canScale) : LayerKind
    {
        public override bool CanScaleFilters => canScale;

        public override bool CanPrune(Module layer) => canPrune;

        public override bool Is(Module module) => module is Table;

        public override Parameter WeightOf(Module module) => ((Table)module).Rows;

        public override Parameter? BiasOf(Module module) => null;

        public override void Swap(Module module, Parameter? weight, Parameter? bias) => ((Table)module).Rows = weight!;

        public override WeightLayout LayoutOf(Module layer) => new(IsTransposed: true, Groups: 1);

        public override int FilterDimensionOf(Module layer) => -1;

        public override int? ChannelDimensionOf(Module layer) => null;

        public override long UsesIn(Module module, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor?> outputs) => 0;
    }
}
