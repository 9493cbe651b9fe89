using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>Networks of all kinds that are searched, saved, and loaded into a fresh one: the check of what is delivered passes.</summary>
public sealed class NetworksInUseTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");

    public static TheoryData<string> Kinds => ["recurrent", "attention", "transformer", "own state", "sequential", "two names", "frozen", "tensor in a field"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_saved_is_what_was_searched(string kind)
    {
        var model = new StripesModel { Network = () => Of(kind) };
        using var result = SearchEngine.Run(model, Job(kind), _ => { }, CancellationToken.None);
        result.SaveWeights(_file);

        var rest = result.Plan.Rest;
        Assert.True(RestMacs(kind) == rest.Sum(part => part.Macs), $"{RestMacs(kind)}, but {RestPlan.Words(rest)}");
        Assert.Equal(RestMacs(kind) > 0, rest.Count > 0);
        Assert.Equal(result.Plan.Totals.Bops, result.Plan.Layers.Sum(layer => layer.Bops) + rest.Sum(part => part.Bops));
        Assert.Equal(result.Plan.Totals.SizeBytes, result.Plan.Layers.Sum(layer => layer.SizeBytes) + rest.Sum(part => part.SizeBytes));
        Assert.Equal(result.Plan, PlanJson.Read(PlanJson.Write(result.Plan), "plan"));
        using var loaded = Of(kind);
        _ = CompressedModel.Load(loaded, _file);
        var test = model.LoadData(Job().Context).Test;
        Assert.Equal(result.Plan.Metric.Compressed, model.Metric(loaded.call(test.Inputs), test.Targets), 3);
    }

    [Fact]
    public void Frozen_weights_are_quantised_and_not_trained()
    {
        Module<Tensor, Tensor>? trained = null;
        var model = new StripesModel
        {
            Network = () =>
            {
                var made = Of("frozen");
                trained ??= made;
                return made;
            },
        };
        using var result = SearchEngine.Run(model, Job(), _ => { }, CancellationToken.None);
        using var fresh = Of("frozen");

        Assert.True(trained!.get_parameter("0.weight")!.equal(fresh.get_parameter("0.weight")!).all().item<bool>());
        Assert.False(trained.get_parameter("4.weight")!.equal(fresh.get_parameter("4.weight")!).all().item<bool>());
    }

    [Fact]
    public void A_second_file_takes_the_place_of_the_first()
    {
        var second = _file + ".2";
        try
        {
            Save(Job() with { Settings = Job().Settings with { Bits = Plans.Settings.BitChain.Parse("2") } }, _file);
            Save(Job(), second);
            using var once = CompressedModel.Load(Of("sequential"), second);
            using var twice = CompressedModel.Load(CompressedModel.Load(Of("sequential"), _file), second);
            var inputs = rand(5, 3, 8, 8);

            Assert.True(once.call(inputs).equal(twice.call(inputs)).all().item<bool>());

            // A part of a network is one of its own, and may have had a file before the whole has.
            var part = CompressedModel.Load(Of("sequential"), _file);
            using var whole = new Whole(part);
            CompressedModel.QuantizeInputs(whole, [], LayerKinds.All);
            using var plain = Of("sequential");
            NetworkState.Copy(part, plain);
            plain.eval();
            whole.eval();
            Assert.True(plain.call(inputs).equal(whole.call(inputs)).all().item<bool>());
        }
        finally
        {
            File.Delete(second);
        }

        static void Save(SearchJob job, string file)
        {
            using var result = SearchEngine.Run(new StripesModel { Network = () => Of("sequential") }, job, _ => { }, CancellationToken.None);
            result.SaveWeights(file);
        }
    }

    public void Dispose() => File.Delete(_file);

    private static SearchJob Job() => StripesSearch.Job(StripesSearch.Settings with { TrainEpochs = 1, SearchEpochs = 2, FineTuneEpochs = 1, Budget = new(0.06) });

    /// <summary>The layers within 6 % of their own share: 24·8 for each of eight rows, and 8·4; between them six matrices of 8·8, or four, or those and two of 8·16.</summary>
    private static SearchJob Job(string kind)
    {
        var (rest, layers) = ((double)RestMacs(kind), (8 * 24 * 8) + (8 * 4) + (8 * kind switch { "recurrent" => 6 * 64, "attention" => 4 * 64, "transformer" => (4 * 64) + (2 * 128), _ => 0 }));
        return Job() with { Settings = Job().Settings with { Budget = new(Math.Round((rest + (0.06 * layers)) / (rest + layers), 6)) } };
    }

    /// <summary>By hand: in attention eight queries meet one key each, as it has eight sequences of one step, and so do weights and values.</summary>
    private static long RestMacs(string kind) => kind is "attention" or "transformer" ? 2 * 8 * 8 : 0;

    private static Module<Tensor, Tensor> Of(string kind)
    {
        _ = manual_seed(9);
        var sequential = Sequential(Conv2d(3, 8, 3, padding: 1), BatchNorm2d(8), ReLU(), Flatten(), Linear(512, 4));
        if (kind == "frozen")
        {
            foreach (var parameter in sequential.parameters().Take(4))
            {
                parameter.requires_grad = false;
            }
        }

        return kind is "sequential" or "frozen" ? sequential : new Rows(kind);
    }

    /// <summary>Reads an image [N, 3, 8, 8] as eight steps of 24 numbers.</summary>
    private sealed class Rows : Module<Tensor, Tensor>
    {
        private readonly Linear first = Linear(24, 8);
        private readonly Linear head = Linear(8, 4);
        private readonly Module? between;
        private readonly Sequential? all;
        private readonly Tensor _table = linspace(0.5, 1.5, 8);
        private readonly Parameter? own;
        private readonly string _kind;

        public Rows(string kind)
            : base(nameof(Rows))
        {
            _kind = kind;
            between = kind switch
            {
                "recurrent" => GRU(8, 8, batchFirst: true),
                "attention" => MultiheadAttention(8, 2),
                "transformer" => TransformerEncoderLayer(8, 2, 16, dropout: 0),
                _ => null,
            };
            all = kind == "two names" ? Sequential(first, ReLU(), head) : null;
            own = kind == "own state" ? new Parameter(ones(8)) : null;
            if (kind == "own state")
            {
                register_buffer("scale", full(8, 0.5));
            }

            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            var x = input.transpose(1, 2).flatten(2);
            if (all is not null)
            {
                return all.call(x).mean([1]);
            }

            x = functional.relu(first.call(x));
            x = between switch
            {
                GRU recurrent => recurrent.call(x).Item1,
                MultiheadAttention attention => attention.call(x, x, x, null, false, null).Item1,
                TransformerEncoderLayer layer => layer.call(x),
                _ => _kind == "own state" ? (x * own!) + get_buffer("scale")! : x * _table,
            };
            return head.call(x.mean([1]));
        }
    }

    /// <summary>A network around another.</summary>
    private sealed class Whole : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> part;

        public Whole(Module<Tensor, Tensor> part)
            : base(nameof(Whole))
        {
            this.part = part;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => part.call(input);
    }
}
