using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Search.Training;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Training;

/// <summary>The loss on test data is measured beside the metric, and never at the price of another plan.</summary>
public sealed class QuietLossTests
{
    private static readonly LabelledData Data = new(arange(40).reshape(40, 1).to(ScalarType.Float32), arange(40));

    [Fact]
    public void It_is_the_mean_over_all_examples()
    {
        using var network = Identity();

        Assert.Equal(19.5, Measure(network, new StripesModel { LossOf = (output, _) => output.mean() })!.Value, 6);
    }

    [Fact]
    public void A_loss_that_draws_random_numbers_is_not_asked()
    {
        using var network = Identity();
        var calls = 0;

        Assert.Null(Measure(network, new StripesModel
        {
            LossOf = (output, _) =>
            {
                calls++;
                return output.mean() + rand(1);
            },
        }));
        Assert.Equal(2, calls);
    }

    [Fact]
    public void A_loss_that_switches_a_part_into_training_is_not_asked()
    {
        using var part = Dropout();
        using var network = Sequential(Identity(), part);

        Assert.Null(Measure(network, new StripesModel
        {
            LossOf = (output, _) =>
            {
                part.train();
                return output.mean();
            },
        }));
    }

    [Fact]
    public void A_loss_that_learns_in_the_network_is_not_asked_and_the_network_is_as_it_was()
    {
        using var network = Linear(1, 1);
        var before = network.weight!.clone();

        Assert.Null(Measure(network, new StripesModel
        {
            LossOf = (output, _) =>
            {
                _ = network.weight!.add_(1);
                return output.mean();
            },
        }));
        Assert.True(network.weight!.eq(before).all().item<bool>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loss_that_learns_once_it_was_found_quiet_is_undone_and_asked_no_more(bool fails)
    {
        using var network = Linear(1, 1);
        var (before, learns) = (network.weight!.clone(), false);
        var calls = 0;
        var (quiet, pass) = Of(network, new StripesModel
        {
            LossOf = (output, _) =>
            {
                calls++;
                _ = learns ? network.weight!.add_(1) : network.weight;
                return output.mean();
            },
        });
        Assert.NotNull(pass());
        (learns, calls) = (true, 0);

        Assert.True(fails ? quiet.Beside(inputs => [network.call(inputs[0])], Failing) : pass() is null);
        Assert.True(network.weight!.eq(before).all().item<bool>());
        Assert.Null(pass());
        Assert.Equal(fails ? 1 : 3, calls);

        // As an evaluation does where outputs are no longer finite.
        bool Failing(LossTally? tally)
        {
            tally?.Add([network.call(Data.AllInputs[0])], new Batch(Data.AllInputs, Data.AllTargets));
            return tally is null ? true : throw new AbsException(AbsCodes.OutputNotFinite, "the outputs");
        }
    }

    [Fact]
    public void A_loss_that_counts_its_steps_counts_none_of_these()
    {
        using var network = Identity();
        var model = new CountingModel();
        var (_, pass) = Of(network, model);

        Assert.Equal(0, pass());
        Assert.Equal(0, pass());
        Assert.Equal(0, model.Steps);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loss_has_what_the_same_pass_has_left_in_a_field(bool asTensor)
    {
        using var network = Identity();

        Assert.Equal(19.5, Measure(network, new HandingModel(asTensor)));
    }

    [Fact]
    public void A_loss_that_is_no_finite_number_is_known_once_it_is_one()
    {
        using var network = Identity();
        var isFinite = false;
        var (_, pass) = Of(network, new StripesModel { LossOf = (output, _) => output.mean() / (isFinite ? 1 : 0) });

        Assert.Null(pass());
        isFinite = true;
        Assert.Equal(19.5, pass());
        isFinite = false;
        Assert.Null(pass());
    }

    [Fact]
    public void What_was_found_of_a_loss_is_part_of_a_runs_state()
    {
        using var network = Identity();
        var isLoud = true;
        var model = new StripesModel { LossOf = (output, _) => output.mean() + (isLoud ? rand(1) : 0) };
        var (first, second) = (Of(network, model), Of(network, model));
        Assert.Null(first.Pass());
        isLoud = false;

        var copy = new StateCopy(first.Loss.Exchange);
        copy.Take();
        copy.RestoreTo(second.Loss.Exchange);

        Assert.Null(first.Pass());
        Assert.Null(second.Pass());
        Assert.Equal(19.5, Measure(network, model));
    }

    [Fact]
    public void To_try_a_loss_takes_the_memory_of_one_copy()
    {
        const int size = 1000;
        using var network = new FunctionNetwork(x => x, ("large", Linear(size, size)));
        var (_, pass) = Of(network, new StripesModel { LossOf = (output, _) => output.mean() + rand(1) });

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(pass());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 4 * size * size, 7 * size * size);
    }

    [Fact]
    public void A_loss_that_fails_is_not_known_and_leaves_gradients_off()
    {
        using var noGradient = no_grad();
        using var network = Identity();

        Assert.Null(Measure(network, new StripesModel
        {
            LossOf = (_, _) =>
            {
                _ = set_grad_enabled(true);
                throw new InvalidOperationException("only in training");
            },
        }));
        Assert.False(is_grad_enabled());
    }

    [Theory]
    [InlineData(nameof(GateKind.Threshold))]
    [InlineData(nameof(GateKind.Logit))]
    public void Every_epoch_has_it_and_the_plan_is_the_same_as_without(string gate)
    {
        // Gates are decided anew in each evaluation, and those of logits otherwise than in training.
        var settings = StripesSearch.Settings with { Gate = Enum.Parse<GateKind>(gate) };
        var quiet = new StripesModel();
        var loud = new StripesModel { LossOf = (output, target) => quiet.Loss(output, target) + (0 * rand(1)) + (is_grad_enabled() ? 0 : rand(1)) };
        using var with = SearchEngine.Run(quiet, StripesSearch.Job(settings), _ => { }, CancellationToken.None);
        using var without = SearchEngine.Run(loud, StripesSearch.Job(settings), _ => { }, CancellationToken.None);

        var history = RunHistory.Parse(with.RunRecordJson, "record");
        Assert.All(history.Epochs.Where(epoch => epoch.Loss is not null), epoch => Assert.NotNull(epoch.TestLoss));
        Assert.Equal(history.Epochs.Last(epoch => epoch.TestLoss is not null).TestLoss!.Value, history.Test!.Loss!.Value, 0.1);
        Assert.Contains(history.Test.FullPrecisionLoss!.Value, history.Epochs.Where(epoch => epoch.Phase is "train" or "baseline").Select(epoch => epoch.TestLoss!.Value), Near);
        Assert.All(RunHistory.Parse(without.RunRecordJson, "record").Epochs, epoch => Assert.Null(epoch.TestLoss));
        Assert.Equal(with.Plan, without.Plan);
    }

    private static readonly EqualityComparer<double> Near = EqualityComparer<double>.Create((left, right) => Math.Abs(left - right) <= 0.01 * Math.Abs(right), _ => 0);

    private static double? Measure(Module network, IAbsModel model) => Of(network, model).Pass();

    /// <summary>The loss, and a pass over the data that asks it.</summary>
    private static (QuietLoss Loss, Func<double?> Pass) Of(Module network, IAbsModel model)
    {
        var known = CheckedModel.Of(model, new ModelContext(Path.GetTempPath(), []), (_, _) => { });
        var quiet = new QuietLoss(known, network, state => ModuleState.Exchange(state, network), Data);
        return (quiet, () => quiet.Beside(Run, tally =>
        {
            foreach (var batch in Batches.InOrder(Data, 16))
            {
                tally?.Add(Run(batch.Inputs), batch);
            }

            return tally?.Mean;
        }));

        IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs) => known.Forward(network, inputs);
    }

    /// <summary>As an autoencoder whose loss has a part that its outputs do not tell.</summary>
    private sealed class HandingModel(bool asTensor) : IAbsModel
    {
        private Tensor? _tensor;
        private double _number;

        public Module CreateNetwork() => throw new NotSupportedException();

        public ModelData LoadData(ModelContext context) => throw new NotSupportedException();

        public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs)
        {
            _tensor = inputs[0].mean();
            _number = _tensor.item<float>();
            return [((Module<Tensor, Tensor>)network).call(inputs[0])];
        }

        public Tensor Loss(Tensor output, Tensor target) => asTensor ? _tensor! : tensor(_number);
    }

    private sealed class CountingModel : IAbsModel
    {
        public int Steps { get; private set; }

        public Module CreateNetwork() => throw new NotSupportedException();

        public ModelData LoadData(ModelContext context) => throw new NotSupportedException();

        public Tensor Loss(Tensor output, Tensor target)
        {
            Steps++;
            return output.mean() * 0;
        }
    }
}
