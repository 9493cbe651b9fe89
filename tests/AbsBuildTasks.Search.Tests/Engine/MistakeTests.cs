using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using Xunit;
using static AbsBuildTasks.Search.Tests.Engine.MistakenCode;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Small = AbsBuildTasks.Search.Tests.Infrastructure.MistakenModel.Small;

namespace AbsBuildTasks.Search.Tests.Engine;

/// <summary>Mistakes that model projects make: each ends in a code and one line that names it, or the search works.</summary>
public sealed class MistakeTests : IDisposable
{
    private static readonly SearchSettings Settings = new()
    {
        Budget = new Budget(0.5),
        KeepFirstAndLast = false,
        BatchSize = 8,
        TrainEpochs = 1,
        SearchEpochs = 1,
        FineTuneEpochs = 1,
    };

    private static readonly Linear Shared = Linear(6, 8);

    private static readonly Dictionary<string, (MistakenModel Model, string Code, string Says)> Mistakes = new()
    {
        ["no network"] = (new() { Network = () => null }, AbsCodes.InvalidNetwork, "IAbsModel.CreateNetwork returned null"),
        ["disposed network"] = (new() { Network = Disposed }, AbsCodes.InvalidNetwork, "IAbsModel.CreateNetwork returned a network that is disposed"),
        ["same network"] = (new() { Network = Same() }, AbsCodes.InvalidNetwork, "IAbsModel.CreateNetwork returned the network of an earlier call"),
        ["shared layer"] = (new() { Network = () => Sequential(("shared", Shared), ("own", Linear(8, 3))) }, AbsCodes.InvalidNetwork, "that share shared.weight"),
        ["unseeded weights"] = (new() { Network = () => Filled(Random.Shared.NextDouble()) }, AbsCodes.FreshWeightsDiffer, "different values of first.weight"),
        ["weights that are not finite"] = (new() { Network = () => Filled(double.NaN) }, AbsCodes.FreshWeightsDiffer, "A fresh weight is not a finite number, in first.weight"),
        ["other layers"] = (new() { Network = Growing() }, AbsCodes.FreshWeightsDiffer, "first.weight is Float32 [4, 6] in one and Float32 [5, 6] in the other"),
        ["weights that forward changes"] = (new() { Network = () => new Small(Clipped) }, AbsCodes.WeightsChanged, "The network's forward changes the parameter first.weight itself in training."),
        ["weights that the loss changes"] = (LearningInLoss(() => true), AbsCodes.WeightsChanged, "IAbsModel.Loss changes the parameter last.bias itself in training."),
        ["no data"] = (new() { Data = () => null }, AbsCodes.InvalidData, "IAbsModel.LoadData returned null;"),
        ["no test data"] = (new() { Data = () => new(MistakenModel.Part(32), null!) }, AbsCodes.InvalidData, "IAbsModel.LoadData returned null as test data"),
        ["null as input"] = (new() { Data = () => new(new LabelledData((Tensor)null!, zeros(3)), MistakenModel.Part(16)) }, AbsCodes.InvalidData, "An input or target is null or disposed"),
        ["disposed data"] = (new() { Data = DisposedData }, AbsCodes.InvalidData, "IAbsModel.LoadData returned training data whose tensors are disposed"),
        ["NaN in training data"] = (new() { Data = () => new(MistakenModel.Part(32, inputs => inputs[3, 2] = float.NaN), MistakenModel.Part(16)) }, AbsCodes.DataNotFinite, "The training data hold a value that is not a finite number (NaN or infinity), first in input of example 3, counted from 0, and the loss"),
        ["infinity in test data"] = (new() { Data = () => new(MistakenModel.Part(32), MistakenModel.Part(16, inputs => inputs[5, 2] = float.PositiveInfinity)) }, AbsCodes.DataNotFinite, "The test data hold a value that is not a finite number (NaN or infinity), first in input of example 5, counted from 0, and the network's outputs"),
        ["NaN in targets"] = (new() { Data = NanTargets, LossOf = (output, target) => functional.mse_loss(output, target), MetricOf = (output, target) => -(output - target).pow(2).mean().item<float>() }, AbsCodes.DataNotFinite, "first in target of example 7,"),
        ["integers as inputs"] = (new() { Data = () => new(new LabelledData(ones(32, 6, ScalarType.Int32), arange(32, ScalarType.Int64) % 3), MistakenModel.Part(16)) }, AbsCodes.ModelCodeFailed, "The network fails on a batch of shape [2, 6]: mat1 and mat2 must have the same dtype"),
        ["no outputs"] = (new() { Run = (_, _) => null }, AbsCodes.InvalidOutput, "IAbsModel.Forward returned null;"),
        ["empty outputs"] = (new() { Run = (_, _) => [] }, AbsCodes.InvalidOutput, "IAbsModel.Forward returned no outputs;"),
        ["null as output"] = (new() { Network = () => new Small((_, _) => null!) }, AbsCodes.InvalidOutput, "IAbsModel.Forward returned null as an output;"),
        ["disposed output"] = (new() { Network = () => new Small(DisposedOutput) }, AbsCodes.InvalidOutput, "IAbsModel.Forward returned an output that is disposed;"),
        ["loss for each example"] = (new() { LossOf = (output, target) => functional.cross_entropy(output, target, reduction: Reduction.None) }, AbsCodes.InvalidLoss, "IAbsModel.Loss returned shape [8]; return one number"),
        ["loss without gradient"] = (new() { LossOf = (output, target) => functional.mse_loss(output.argmax(1).to(ScalarType.Float32), target.to(ScalarType.Float32)) }, AbsCodes.InvalidLoss, "IAbsModel.Loss returned a number without gradient"),
        ["integer as loss"] = (new() { LossOf = (output, target) => output.argmax(1).ne(target).sum() }, AbsCodes.InvalidLoss, "IAbsModel.Loss returned Int64;"),
        ["no loss"] = (new() { LossOf = (_, _) => null }, AbsCodes.InvalidLoss, "IAbsModel.Loss returned null;"),
        ["loss that is no number"] = (new() { LossOf = (output, _) => output.sum() / 0f }, AbsCodes.InvalidLoss, "the loss of the first batch is not a finite number, though the network's outputs are; look in Loss"),
        ["outputs that are no numbers from the start"] = (new() { Network = () => new Small((net, x) => net.Plain(x) / 0f) }, AbsCodes.InvalidLoss, "and neither are the network's outputs; look in forward"),
        ["frozen network"] = (new() { Network = Frozen }, AbsCodes.InvalidLoss, "all of its parameters are frozen"),
        ["gradients off in forward"] = (new() { Network = () => new Small(WithoutGradient) }, AbsCodes.InvalidLoss, "the network's outputs have none"),
        ["gradients left off by LoadData"] = (new() { Data = GradientsOff }, AbsCodes.ModeChanged, "leaves gradients switched off after IAbsModel.LoadData;"),
        ["gradients left off by forward"] = (new() { Network = () => new Small(GradientsOff) }, AbsCodes.ModeChanged, "leaves gradients switched off after IAbsModel.Forward;"),
        ["in-place operation"] = (new() { Network = () => new Small(InPlace) }, AbsCodes.GradientFailed, "changes a tensor in place that the gradient needs"),
        ["graph of an earlier batch"] = (new() { LossOf = Keeping() }, AbsCodes.GradientFailed, "keeps a tensor from one batch to the next"),
        ["metric that is no number"] = (new() { MetricOf = (_, _) => double.NaN }, AbsCodes.ModelCodeFailed, "The metric share of the full-precision network is not a finite number, though its outputs are; check IAbsModel.Metric"),
        ["metric without a name"] = (new() { Name = " " }, AbsCodes.ModelCodeFailed, "IAbsModel.MetricName is empty"),
        ["outputs that are no numbers"] = (new() { Network = () => new Small((net, x) => net.training ? net.Plain(x) : net.Plain(x) / 0f) }, AbsCodes.OutputNotFinite, "its output holds NaN or infinity, in the batch from example 0 on, though data and weights are finite"),
        ["evaluation mode in training"] = (new() { Network = () => new Small(Switched(false)) }, AbsCodes.ModeChanged, "In training mode, the network's forward switches 'Small' to evaluation mode"),
        ["training mode in evaluation"] = (new() { Network = () => new Small(Switched(true)) }, AbsCodes.ModeChanged, "In evaluation mode, the network's forward switches"),
        ["something kept from call to call"] = (new() { Network = () => new Small(Counting()) }, AbsCodes.OutputsDiffer, "The network gives different outputs when it is evaluated twice on one batch"),
        ["numbers of another generator"] = (new() { Network = () => new Small((net, x) => net.Plain(x) * Random.Shared.NextDouble()) }, AbsCodes.OutputsDiffer, "draws numbers by another generator than torch's"),
        ["autograd in forward"] = (new() { Network = () => new Small(Forces) }, AbsCodes.GradientInForward, "The network's forward computes gradients itself"),
        ["autograd in forward without enable_grad"] = (new() { Network = () => new Small(PlainForces) }, AbsCodes.GradientInForward, "The network's forward computes gradients itself"),
        ["autograd in evaluation alone"] = (new() { Network = () => new Small(ForcesInEvaluation) }, AbsCodes.GradientInForward, "The network's forward computes gradients itself"),
        ["backward in the loss"] = (new() { LossOf = Backward }, AbsCodes.GradientInForward, "IAbsModel.Loss computes gradients itself"),
    };

    public static TheoryData<string> Names => [.. Mistakes.Keys];

    public void Dispose() => set_grad_enabled(true);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mistake_is_named(string mistake)
    {
        var (model, code, says) = Mistakes[mistake];

        var error = Assert.Throws<AbsException>(() => Search(model));

        Assert.Equal(code, error.Code);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_compressed_network_whose_outputs_are_no_numbers_is_an_error_though_the_metric_is_one()
    {
        var phase = "";
        var model = new MistakenModel { Run = (network, inputs) => [((Small)network).call(inputs[0]) * (phase == "fine-tune" && !network.training ? float.NaN : 1)] };

        Assert.Equal(AbsCodes.OutputNotFinite, Assert.Throws<AbsException>(() => Search(model, progress => phase = progress.Phase, Settings with { FineTuneEpochs = 2 })).Code);
        Assert.Equal("fine-tune", phase);
    }

    [Fact]
    public void A_compressed_networks_metric_that_is_no_number_is_an_error()
    {
        var phase = "";
        var model = new MistakenModel { MetricOf = (_, _) => phase == "fine-tune" ? double.PositiveInfinity : 1 };

        Assert.Equal("The metric share of the compressed network is not a finite number, though its outputs are; check IAbsModel.Metric, such as a division by zero in it.", Assert.Throws<AbsException>(() => Search(model, progress => phase = progress.Phase)).Message);
    }

    [Fact]
    public void Missing_values_that_the_model_takes_into_account_are_no_error()
    {
        var model = new MistakenModel
        {
            Network = () => new Small((net, x) => net.Plain(x.nan_to_num(0))),
            Data = () => new(MistakenModel.Part(32, inputs => inputs[3, 2] = float.NaN), MistakenModel.Part(16, inputs => inputs[3, 2] = float.NaN)),
        };

        Searches(model);
    }

    [Fact]
    public void A_metric_that_is_no_number_before_anything_is_learned_is_no_error()
    {
        var phase = "";
        var model = new MistakenModel { MetricOf = (_, _) => phase.Length == 0 ? double.NaN : 1 };

        Searches(model, progress => phase = progress.Phase);
    }

    [Fact]
    public void Data_of_a_graph_are_taken_as_they_are()
    {
        var model = new MistakenModel { Data = () => new(new LabelledData(Linear(6, 6).call(rand(32, 6)), arange(32, ScalarType.Int64) % 3), MistakenModel.Part(16)) };

        Searches(model);
    }

    [Fact]
    public void A_network_that_changes_its_inputs_in_place_changes_no_data_and_no_plan()
    {
        using var expected = Search(new MistakenModel { Network = () => new Small((net, x) => net.Plain(x - 0.5)) }, settings: Settings with { Distillation = 0.5 });
        LabelledData? train = null;
        var model = new MistakenModel
        {
            Network = () => new Small((net, x) => net.Plain(x.sub_(0.5))),
            Data = () => new(train = MistakenModel.Part(32), MistakenModel.Part(16)),
        };

        using var result = Search(model, settings: Settings with { Distillation = 0.5 });

        Assert.Equal(expected.Plan, result.Plan);
        Assert.Equal(MistakenModel.Part(32).Inputs.data<float>().ToArray(), train!.Inputs.data<float>().ToArray());
    }

    [Fact]
    public void Frozen_layers_may_stay_in_evaluation_mode()
    {
        var model = new MistakenModel
        {
            Network = () => new Small((net, x) =>
            {
                net.first.eval();
                return net.Plain(x);
            }),
        };

        Searches(model);
    }

    [Theory]
    [InlineData(1, "BatchSize is 1; set it to 2 or more")]
    [InlineData(8, null)]
    public void Batch_normalisation_of_one_value_is_named(int batchSize, string? says)
    {
        var model = new StripesModel { Network = () => TestNetworks.Pooled() };
        SearchResult Run() => SearchEngine.Run(model, StripesSearch.Job(Settings with { BatchSize = batchSize }), _ => { }, CancellationToken.None);

        if (says is null)
        {
            Run().Dispose();
            return;
        }

        var error = Assert.Throws<AbsException>(Run);
        Assert.Equal((AbsCodes.NoVariance, "norm"), (error.Code, error.Layer));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "The target of training example 2, counted from 0, is class 3, but the network's output has 3 classes, 0 to 2")]
    [InlineData(-1, "The target of training example 0, counted from 0, is class -1, but")]
    [InlineData(0, null)]
    public void Targets_that_are_no_class_of_the_network_are_named(int shift, string? says)
    {
        var model = new PlainModel { Shift = shift };
        SearchResult Run() => SearchEngine.Run(model, StripesSearch.Job(Settings), _ => { }, CancellationToken.None);

        if (says is null)
        {
            Run().Dispose();
            return;
        }

        var error = Assert.Throws<AbsException>(Run);
        Assert.Equal(AbsCodes.InvalidData, error.Code);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_loss_changes_after_the_last_measurement_is_not_delivered()
    {
        var (phase, seen) = ("", new List<(Small Network, float[] Bias)>());
        // Without gradients, the loss is asked for behind fine-tuning once.
        var model = LearningInLoss(() => phase == "fine-tune" && !is_grad_enabled(), seen);
        using var result = Search(model, progress => phase = progress.Phase);

        var (network, bias) = seen[0];
        Assert.Equal(bias, network.last.bias!.data<float>().ToArray());
    }

    /// <summary>Its loss changes a weight of the network that ran last.</summary>
    private static MistakenModel LearningInLoss(Func<bool> learns, List<(Small Network, float[] Bias)>? before = null)
    {
        Small? running = null;
        return new()
        {
            Run = (network, inputs) => [(running = (Small)network).call(inputs[0])],
            LossOf = (output, target) =>
            {
                if (learns())
                {
                    using var noGradient = no_grad();
                    before?.Add((running!, running!.last.bias!.data<float>().ToArray()));
                    _ = running!.last.bias!.add_(1);
                }

                return functional.cross_entropy(output, target);
            },
        };
    }

    private static SearchResult Search(MistakenModel model, Action<SearchProgress>? report = null, SearchSettings? settings = null) =>
        SearchEngine.Run(model, StripesSearch.Job(settings ?? Settings), report ?? (_ => { }), CancellationToken.None);

    private static void Searches(MistakenModel model, Action<SearchProgress>? report = null)
    {
        using var result = Search(model, report);

        Assert.True(double.IsFinite(result.Plan.Metric.Compressed));
    }

    /// <summary>All defaults of the contract.</summary>
    private sealed class PlainModel : IAbsModel
    {
        public int Shift { get; init; }

        public Module CreateNetwork() => new Small();

        public ModelData LoadData(ModelContext context)
        {
            var train = MistakenModel.Part(32);
            return new(new LabelledData(train.Inputs, train.Targets + Shift), MistakenModel.Part(16));
        }
    }
}
