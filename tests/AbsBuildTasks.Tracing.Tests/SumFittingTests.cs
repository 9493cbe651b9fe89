using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Tracing.Tests.Infrastructure;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace AbsBuildTasks.Tracing.Tests;

/// <summary>Searches for a target that quantises sums: fine-tuning has the file's quantisers there, and the plan's metric is the file's.</summary>
public sealed class SumFittingTests
{
    // Of 64 examples one may lie between two levels.
    private const double OneExample = 100.0 / 64;

    [Theory]
    [InlineData("resnet8")]
    [InlineData("residual")]
    [InlineData("inception")]
    [InlineData("attention")]
    [InlineData("scaled attention")]
    [InlineData("causal attention")]
    [InlineData("residual in place")]
    [InlineData("sum of sums")]
    [InlineData("attention by einsum")]
    public void The_plans_metric_is_the_files(string name)
    {
        var (plan, _, told, metric, networkMetric, tells) = Run(name);

        Assert.Contains("\"roundedValues\": ", plan, StringComparison.Ordinal);
        Assert.DoesNotContain(told, text => text.Contains("does not round", StringComparison.Ordinal));
        Assert.Single(told, text => text.StartsWith("an application that loads the weights in torch, which rounds nothing between layers, has a ", StringComparison.Ordinal));
        var stated = PlanJson.Read(plan, name).Metric.Compressed;
        Assert.Equal(stated, networkMetric, 3);
        Assert.InRange(metric, stated - OneExample - 1e-3, stated + OneExample + 1e-3);
        Assert.EndsWith("; both with quantised sums, as they were fine-tuned", Assert.Single(tells), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blocks left out in training", "the network goes another way than it was seen to go")]
    [InlineData("input in a product", "or are the network's input")]
    [InlineData("clip in place", "comes out of relu6_, and of functions in place only add_ and relu_ can be followed")]
    public void What_cannot_be_rounded_in_training_is_quantised_afterwards(string name, string why)
    {
        var (plan, _, told, _, _, tells) = Run(name);

        Assert.DoesNotContain("roundedValues", plan, StringComparison.Ordinal);
        Assert.Contains(why, Assert.Single(told, text => text.StartsWith("fine-tuning does not round at sums", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(tells, text => text.StartsWith("with quantised sums, as its target wants them, it has ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_chain_of_layers_has_nothing_to_round()
    {
        var (plan, _, told, _, _, tells) = Run("digits");

        Assert.DoesNotContain("roundedValues", plan, StringComparison.Ordinal);
        Assert.DoesNotContain(told, text => text.Contains("round", StringComparison.Ordinal));
        Assert.DoesNotContain("quantised sums", Assert.Single(tells), StringComparison.Ordinal);
    }

    [Fact]
    public void A_search_that_is_interrupted_at_every_epoch_ends_in_the_same_bytes()
    {
        var (whole, wholeWeights, _, _, _, _) = Run("residual");

        var (plan, weights, sittings) = Rewritten.Run<(string, byte[], int)>(Interrupted, "residual");

        Assert.InRange(sittings, 6, 20);
        Assert.Equal(whole, plan);
        Assert.Equal(wholeWeights, weights);
    }

    /// <summary>What fuses is no part of the fingerprint. Without it, the result of the first layer is one more value that the file could have quantised.</summary>
    [Fact]
    public void What_fuses_makes_no_other_plan_and_the_file_has_its_levels_all_the_same()
    {
        var (plan, weights, _, _, _, _) = Run("pool in front of a clip");

        var (apart, apartWeights, told, metric, networkMetric, tells) = Run("pool in front of a clip", fuses: false);

        Assert.Contains("\"roundedValues\": 1", plan, StringComparison.Ordinal);
        Assert.Equal(plan, apart);
        Assert.Equal(weights, apartWeights);
        Assert.DoesNotContain(told, text => text.Contains("does not round", StringComparison.Ordinal));
        Assert.InRange(metric, networkMetric - OneExample - 1e-3, networkMetric + OneExample + 1e-3);
        Assert.EndsWith("; both with quantised sums, as they were fine-tuned", Assert.Single(tells), StringComparison.Ordinal);
    }

    [Fact]
    public void Code_that_fails_on_other_examples_than_those_of_training_does_not_end_the_search()
    {
        var (plan, _, told, _, _, _) = Run("residual, not of three", exported: "residual");

        Assert.DoesNotContain("roundedValues", plan, StringComparison.Ordinal);
        Assert.EndsWith("the plan's metric is without that: no three examples", Assert.Single(told, text => text.StartsWith("fine-tuning does not round at sums", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Levels_of_other_values_than_the_file_has_are_told_and_found_anew()
    {
        var (plan, _, _, _, _, tells) = Run("residual in place", exported: "sum of sums");

        Assert.Contains("\"roundedValues\": ", plan, StringComparison.Ordinal);
        Assert.Equal("the levels of sums and products that fine-tuning ended with are not those of this file's values, so that they are found anew", tells[0]);
        Assert.Contains(tells, text => text.StartsWith("with quantised sums, as its target wants them, it has ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_does_not_give_what_was_fine_tuned_breaks_the_targets_promise()
    {
        var refused = Assert.Throws<RefusedException>(() => Run("residual", exported: "residual, turned"));

        Assert.Equal(AbsCodes.OnnxLosesMetric, refused.Code);
        Assert.Matches(@"^With quantised sums, the ONNX file does not give what the network does that was fine-tuned with them: on average, output 0 .*\. The file is not kept; set DeployTarget=""any""", refused.Message);
    }

    [Fact]
    public void What_works_in_place_gets_the_levels_of_what_does_not()
    {
        var levels = Rewritten.Run<string[]>(Levels, "sum of sums");

        var inPlace = Rewritten.Run<string[]>(Levels, "residual in place");

        Assert.NotEmpty(levels);
        Assert.Equal(levels, inPlace);
    }

    [Fact]
    public void Giving_up_is_told_before_a_first_fit_too()
    {
        var told = Rewritten.Run<string[]>(ToldBeforeFit);

        Assert.EndsWith("the network goes another way than it was seen to go", Assert.Single(told), StringComparison.Ordinal);
    }

    private static (string Plan, byte[] Weights, string[] Told, double Metric, double NetworkMetric, string[] Tells) Run(string name, string? exported = null, bool fuses = true) =>
        Rewritten.Run<(string, byte[], string[], double, double, string[])>(SearchAndExport, name, exported ?? name, fuses);

    /// <summary>What a search tells that goes on within an epoch, with values that the network does not have.</summary>
    private static string[] ToldBeforeFit()
    {
        using var scope = NewDisposeScope();
        var (told, example, layer) = (new List<string>(), ones(2, 4), Linear(4, 3));
        using var network = new FunctionNetwork(layer.call, layer);
        var model = new ModelNetwork(network, (_, inputs) => [network.call(inputs[0])]);
        var probe = NetworkProbe.Run(model, [example]);
        using var compressed = new CompressedNetwork(model, probe, ChannelTrace.Run(model, probe, [example]), Job().Settings);
        compressed.Calibrate([[example]]);
        compressed.Rounding.Set([new PackedValue("THSTensor_add", 0, 0, 1, 0)], new Dictionary<string, int> { ["THSTensor_add"] = 100 });

        _ = new SumFitting(new RunSetup(null!, Job() with { Tell = told.Add }, null!, null!, null!, null!, null!, null!, _ => { }, _ => { }, CancellationToken.None), compressed);
        _ = compressed.Run([example]);

        return [.. told];
    }

    /// <summary>Scales and zero points before anything is learned with them, in an order of their own.</summary>
    private static string[] Levels(string name)
    {
        var file = Path.GetTempFileName();
        try
        {
            manual_seed(1);
            using var result = SearchEngine.Run(new Model(name), Job() with { Settings = Job().Settings with { FineTuneEpochs = 0 } }, _ => { }, CancellationToken.None);
            result.SaveWeights(file);
            return [.. CompressedModel.ValuesIn(file).Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Scale} {value.Zero}")).Order(StringComparer.Ordinal)];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static (string Plan, byte[] Weights, string[] Told, double Metric, double NetworkMetric, string[] Tells) SearchAndExport(string name, string exported, bool isFused)
    {
        var file = Path.GetTempFileName();
        var (told, tells) = (new List<string>(), new List<string>());
        var (job, fuses) = (Job(), isFused ? Target.AllFuses : []);
        try
        {
            using var result = SearchEngine.Run(new Model(name), job with { Settings = job.Settings with { DeployTarget = job.Settings.DeployTarget with { Fuses = fuses } }, Tell = told.Add }, _ => { }, CancellationToken.None);
            result.SaveWeights(file);
            var (_, _, record) = new NetworkExport(new Model(exported), new ModelContext(".", []), tells.Add, (_, _) => { }, CancellationToken.None)
                .Run(file, "1", OnnxRecord.HighestOpset, quantizesSums: true, inputMultiple: 4, fuses);
            return (PlanJson.Write(result.Plan), File.ReadAllBytes(file), [.. told], record.Metric, record.NetworkMetric, [.. tells]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static (string Plan, byte[] Weights, int Sittings) Interrupted(string name)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            for (var sittings = 1; ; sittings++)
            {
                using var stop = new CancellationTokenSource();
                try
                {
                    using var result = SearchEngine.Run(new Model(name), Job() with { CheckpointDirectory = folder.FullName }, _ => stop.Cancel(), stop.Token);
                    var file = Path.Combine(folder.FullName, "weights");
                    result.SaveWeights(file);
                    return (PlanJson.Write(result.Plan), File.ReadAllBytes(file), sittings);
                }
                catch (OperationCanceledException)
                {
                    // Goes on from there.
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static SearchJob Job() => new()
    {
        Model = "any",
        Fingerprint = new string('0', 64),
        Settings = new()
        {
            Budget = Budget.Parse("size=60%"),
            KeepFirstAndLast = false,
            DeployTarget = TargetTable.Find("onnxruntime-cpu")!,
            BatchSize = 16,
            TrainEpochs = 2,
            SearchEpochs = 1,
            FineTuneEpochs = 3,
            LearningRate = 0.01,
        },
        Context = new ModelContext(".", []),
        Device = CPU,
    };

    /// <summary>Which of a network's outputs is the largest, where another network of its kind gives them.</summary>
    private sealed class Model(string name) : IAbsModel
    {
        private const int Count = 64;

        // Both batches on which a network is recorded have fewer examples.
        private const int Traced = 10;

        public Module CreateNetwork() => name switch
        {
            "residual in place" => Residual(inPlace: true),
            "sum of sums" => Residual(inPlace: false),
            "pool in front of a clip" => Pooled(),
            "causal attention" => Attention(),
            "attention by einsum" => EinsumAttention(),
            "input in a product" => InputInProduct(),
            "clip in place" => ClipInPlace(),
            _ => Networks.Make(Known, 1).Network,
        };

        private string Known => name.Split(',')[0];

        public ModelData LoadData(ModelContext context) => new(Data(1), Data(2));

        public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs)
        {
            if (name.EndsWith("not of three", StringComparison.Ordinal) && inputs[0].shape[0] == 3 && !network.training)
            {
                throw new InvalidOperationException("no three examples\nnor others");
            }

            var output = ((Module<Tensor, Tensor>)network).call(inputs[0]);
            return [name.EndsWith("turned", StringComparison.Ordinal) && inputs[0].shape[0] > Traced ? -output : output];
        }

        private LabelledData Data(int seed)
        {
            long[]? shape = name switch
            {
                "residual in place" or "sum of sums" or "pool in front of a clip" or "clip in place" => [Count, 3, 8, 8],
                "causal attention" or "attention by einsum" or "input in a product" => [Count, 6, 8],
                _ => null,
            };
            var examples = shape is null ? null : randn(shape, generator: new Generator((ulong)seed));
            if (examples is null)
            {
                var (network, some) = Networks.Make(Known, Count * seed);
                using (network)
                {
                    examples = some.narrow(0, Count * (seed - 1), Count);
                }
            }

            return new LabelledData(examples, examples.flatten(1).narrow(1, 0, 3).argmax(1));
        }

        private static FunctionNetwork Attention()
        {
            var (queries, keys, values, head) = (Linear(8, 8), Linear(8, 8), Linear(8, 8), Linear(8, 3));
            return new FunctionNetwork(x => head.call(scaled_dot_product_attention(queries.call(x), keys.call(x), values.call(x), is_casual: true).mean([1])), queries, keys, values, head);
        }

        /// <summary>Keys and values that products take reordered.</summary>
        private static FunctionNetwork EinsumAttention()
        {
            var (queries, keys, values, head) = (Linear(8, 8), Linear(8, 8), Linear(8, 8), Linear(8, 3));
            return new FunctionNetwork(x => head.call(einsum("nqk,nkd->nqd", einsum("nqd,nkd->nqk", queries.call(x), keys.call(x)).softmax(-1), values.call(x)).mean([1])), queries, keys, values, head);
        }

        private static FunctionNetwork InputInProduct()
        {
            var (weights, head) = (Linear(8, 6), Linear(8, 3));
            return new FunctionNetwork(x => head.call(weights.call(x).softmax(-1).matmul(x).mean([1])), weights, head);
        }

        /// <summary>What the clip gives goes into a sum.</summary>
        private static FunctionNetwork ClipInPlace()
        {
            var (stem, one, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Linear(8, 3));
            return new FunctionNetwork(
                x =>
                {
                    x = stem.call(x).relu6_();
                    return head.call(relu(one.call(x) + x).mean([2, 3]));
                },
                stem, one, head);
        }

        private static FunctionNetwork Pooled()
        {
            var (first, second, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Linear(8, 3));
            return new FunctionNetwork(x => head.call(second.call(relu(max_pool2d(first.call(x), 2))).mean([2, 3])), first, second, head);
        }

        private static FunctionNetwork Residual(bool inPlace)
        {
            var (stem, one, two, norm, head) = (Conv2d(3, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), Conv2d(8, 8, 3, padding: 1), BatchNorm2d(8), Linear(8, 3));
            return new FunctionNetwork(
                x =>
                {
                    x = relu(stem.call(x), inPlace);
                    var y = one.call(x);
                    x = relu(inPlace ? y.add_(x) : y + x, inPlace);
                    y = norm.call(two.call(x));
                    return head.call(relu(inPlace ? y.add_(x) : y + x, inPlace).mean([2, 3]));
                },
                stem, one, two, norm, head);
        }
    }
}
