using System.Runtime.InteropServices;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Onnx;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Import;

/// <summary>From an ONNX file to a plan, without full-precision training.</summary>
public sealed class OnnxSearchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_searched_and_its_loaded_weights_give_the_plans_metric()
    {
        using var scope = NewDisposeScope();
        var (file, weights) = (Path.Combine(_folder, "model.onnx"), Path.Combine(_folder, "weights.zip"));
        var bytes = Trained();
        File.WriteAllBytes(file, bytes);
        List<string> warnings = [];
        var context = new ModelContext(_folder, [file]);

        using var result = SearchEngine.Run(
            new FromFile(),
            StripesSearch.Job(new SearchSettings { Budget = new Budget(0.05), BatchSize = 32, TrainEpochs = 0, Baseline = BaselineKind.AsTrained, SearchEpochs = 4, FineTuneEpochs = 2, LearningRate = 0.003 }, "onnx") with
            {
                Context = context,
                Warn = (code, text) => warnings.Add($"{code} {text}"),
            },
            _ => { },
            CancellationToken.None);
        result.SaveWeights(weights);

        Assert.Empty(warnings);
        Assert.Equal(["conv1", "layer0_conv1", "layer0_conv2", "layer1_conv1", "layer1_conv2", "fc"], result.Plan.Layers.Select(layer => layer.Name));
        var test = ((IAbsModel)new FromFile()).LoadData(context).Test;
        Assert.Equal(Metric(OnnxRuntime.Run(bytes, [.. test.AllInputs])[0], test), result.Plan.Metric.FullPrecision, 0.001);
        Assert.InRange(result.Plan.Metric.FullPrecision, 90, 100);
        using var delivered = CompressedModel.Load(OnnxNetwork.Load(file), weights);
        delivered.eval();
        using (no_grad())
        {
            Assert.Equal(result.Plan.Metric.Compressed, Metric(delivered.call(test.AllInputs[0]), test), 0.001);
        }

        Assert.True(result.Plan.Totals.RelativeBops <= 0.05);
    }

    [Fact]
    public void Without_labels_the_network_learns_to_agree_with_the_file()
    {
        using var scope = NewDisposeScope();
        var (file, weights) = (Path.Combine(_folder, "model.onnx"), Path.Combine(_folder, "weights.zip"));
        File.WriteAllBytes(file, Trained());

        using var result = SearchEngine.Run(
            new Unlabelled(),
            StripesSearch.Job(new SearchSettings { Budget = new Budget(0.05), BatchSize = 32, TrainEpochs = 0, SearchEpochs = 4, FineTuneEpochs = 2, LearningRate = 0.003 }, "onnx") with { Context = new ModelContext(_folder, [file]) },
            _ => { },
            CancellationToken.None);
        result.SaveWeights(weights);

        Assert.Equal("agreement", result.Plan.Metric.Name);
        Assert.Equal(100, result.Plan.Metric.FullPrecision);
        Assert.InRange(result.Plan.Metric.Compressed, 80, 100);
    }

    [Fact]
    public void No_inputs_are_refused()
    {
        var file = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(file, OnnxNetworks.Residual().ToBytes());

        var error = Assert.Throws<AbsException>(() => new Unlabelled { Inputs = new([], []) }.LoadData(new ModelContext(_folder, [file])));

        Assert.Equal(AbsCodes.InvalidData, error.Code);
        Assert.Contains("Unlabelled.LoadInputs returned no examples", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Agreement_of_classes_is_the_share_of_equal_ones()
    {
        using var scope = NewDisposeScope();
        Tensor[] given = [tensor([1f, 2, 3, 0]).reshape(2, 2)];
        Tensor[] wanted = [tensor([1f, 9, 3, 4]).reshape(2, 2)];

        Assert.Equal(50, new Unlabelled().Metric(given, wanted));
    }

    [Fact]
    public void Agreement_of_other_outputs_is_what_their_relative_distance_leaves()
    {
        using var scope = NewDisposeScope();
        Tensor[] given = [tensor([3f, 4, 0, 6]).reshape(2, 1, 2), zeros(2, 1, 1)];
        Tensor[] wanted = [tensor([3f, 4, 0, 8]).reshape(2, 1, 2), ones(2, 1, 1)];

        // No distance and a quarter; twice all of the length.
        Assert.Equal(100 * (((1 + 0.75) / 2) + 0) / 2, new Unlabelled().Metric(given, wanted), 6);
        Assert.Equal(((4 / 4.0 / (89 / 4.0)) + 1) / 2, new Unlabelled().Loss(given, wanted).item<float>(), 4);
    }

    [Fact]
    public void A_model_that_makes_no_network_is_told_both_ways()
    {
        var error = Assert.Throws<AbsException>(() => SearchEngine.Run(new NoNetwork(), StripesSearch.Job(StripesSearch.Settings), _ => { }, CancellationToken.None));

        Assert.Equal(AbsCodes.InvalidNetwork, error.Code);
        Assert.Contains("NoNetwork implements neither CreateNetwork() nor CreateNetwork(ModelContext)", error.Message, StringComparison.Ordinal);
    }

    private static double Metric(Tensor output, LabelledData test) => ((IAbsModel)new FromFile()).Metric(output, test.AllTargets[0]);

    /// <summary>A file as data scientists give it: the weights of a trained network.</summary>
    private static byte[] Trained()
    {
        var untrained = OnnxNetworks.Residual();
        using var network = OnnxRuntime.Load(untrained);
        IAbsModel model = new FromFile();
        var data = new StripesModel().LoadData(new ModelContext(Path.GetTempPath(), []));
        using var optimizer = optim.Adam(network.parameters(), 0.01);
        for (var epoch = 0; epoch < 40; epoch++)
        {
            using var step = NewDisposeScope();
            optimizer.zero_grad();
            model.Loss(model.Forward(network, data.Train.AllInputs), data.Train.AllTargets).backward();
            _ = optimizer.step();
        }

        var trained = network.state_dict();
        return new OnnxModel
        {
            IrVersion = untrained.IrVersion,
            Opsets = untrained.Opsets,
            Graph = new OnnxGraph
            {
                Nodes = untrained.Graph.Nodes,
                Inputs = untrained.Graph.Inputs,
                Outputs = untrained.Graph.Outputs,
                Initializers = [.. untrained.Graph.Initializers.Select(initializer => new OnnxTensor(initializer.Name, initializer.Type, initializer.Dims, Bytes(trained, initializer)))],
            },
        }.ToBytes();
    }

    // layer0.conv1.weight is the weight of layer0_conv1.
    private static byte[] Bytes(Dictionary<string, Tensor> trained, OnnxTensor initializer)
    {
        var dot = initializer.Name.LastIndexOf('.');
        var key = initializer.Name[..dot].Replace('.', '_') + initializer.Name[dot..];
        return MemoryMarshal.AsBytes<float>(trained[key].data<float>().ToArray()).ToArray();
    }

    private sealed class FromFile : IAbsModel
    {
        public Module CreateNetwork(ModelContext context) => OnnxNetwork.Load(context.DataFile("model.onnx"));

        public ModelData LoadData(ModelContext context) => new StripesModel().LoadData(context);
    }

    private sealed class Unlabelled : UnlabelledModel
    {
        public UnlabelledData? Inputs { get; init; }

        public override Module CreateNetwork(ModelContext context) => OnnxNetwork.Load(context.DataFile("model.onnx"));

        public override UnlabelledData LoadInputs(ModelContext context)
        {
            var data = new StripesModel().LoadData(context);
            return Inputs ?? new UnlabelledData([data.Train.Inputs], [data.Test.Inputs]);
        }
    }

    private sealed class NoNetwork : IAbsModel
    {
        public ModelData LoadData(ModelContext context) => new StripesModel().LoadData(context);
    }
}
