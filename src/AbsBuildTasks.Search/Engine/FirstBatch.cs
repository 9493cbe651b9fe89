using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Does once, with a network of its own, what a search does thousands of times: a mistake shows in the first second then,
/// and in full precision, where nothing but the model's code can be its cause.
/// </summary>
/// <param name="own">The network; ends with this.</param>
/// <param name="job">What to search, and how.</param>
/// <param name="data">The data.</param>
internal sealed class FirstBatch(OwnNetwork own, SearchJob job, ModelData data) : IDisposable
{
    // What differs by more has another cause than the order of sums.
    private const double Tolerance = 1e-3;

    // Torch's cross-entropy leaves examples of this class out.
    private const long Ignored = -100;

    private readonly CheckedModel _model = own.Model;
    private readonly Module _network = own.Module;

    /// <summary>
    /// Refuses what must not come to a look at the layers: what would end the process in native code, and networks that answer
    /// differently each time, of which such a look, and a comparison with what is delivered, would tell something else.
    /// </summary>
    /// <exception cref="AbsException">ABS2031: forward or loss compute gradients themselves. ABS2033: outputs differ.</exception>
    public void Refuse()
    {
        using var scope = NewDisposeScope();
        Seed();
        var batch = Examples();
        GradientInForward.Refuse(new(_network, _model.Forward), batch.Inputs, outputs => _model.Loss(outputs, batch.Targets));
        using var noGradient = no_grad();
        _network.eval();
        bool isSame;
        try
        {
            isSame = IsSame(Evaluated(batch), Evaluated(batch));
        }
#pragma warning disable CA1031 // What fails here fails again where the search looks at the network, and is told there.
        catch
#pragma warning restore CA1031
        {
            return;
        }

        if (!isSame)
        {
            throw new AbsException(AbsCodes.OutputsDiffer, "The network gives different outputs when it is evaluated twice on one batch, so that no plan could state its metric: it keeps something from call to call, or draws numbers by another generator than torch's. Keep nothing between calls, and draw numbers by torch's functions, whose seed the search sets.");
        }
    }

    /// <summary>Trains on a batch and evaluates it.</summary>
    /// <exception cref="AbsException">ABS2005, ABS2023, ABS2024, ABS2027, ABS2030, ABS2032: what is wrong with the model.</exception>
    public void Try()
    {
        using var scope = NewDisposeScope();
        var batch = Examples();
        Train(batch);
        Evaluate(batch);
    }

    /// <inheritdoc />
    public void Dispose() => _network.Dispose();

    private void Train(Batch batch)
    {
        using var hooks = new HookSet();
        foreach (var (name, norm) in _network.named_modules().Select(pair => (pair.name, pair.module as BatchNorm)))
        {
            if (norm is not null)
            {
                hooks.Before(norm, input =>
                {
                    RequireVariance(name, norm, input);
                    return null;
                });
            }
        }

        Seed();
        _network.train();
        var before = _network.named_parameters().Select(pair => (pair.name, pair.parameter, pair.parameter.detach().clone())).ToArray();
        var outputs = _model.Forward(_network, batch.Inputs);
        RequireUnchanged(before, "The network's forward", "forward");
        if (!_network.training)
        {
            throw ModeChanged(_network.GetName(), "training", "evaluation");
        }

        RequireClasses(outputs[0]);
        var loss = _model.Loss(outputs, batch.Targets);
        RequireUnchanged(before, "IAbsModel.Loss", nameof(IAbsModel.Loss));
        RequireFinite(loss, outputs);
        Gradients.Of(job.Settings.Distillation > 0 ? loss + _model.DistillationLoss(outputs, [.. outputs.Select(output => output.detach())]) : loss);
    }

    private static void RequireUnchanged((string Name, Parameter Parameter, Tensor Value)[] before, string what, string member)
    {
        if (Array.Find(before, one => !one.Parameter.detach().eq(one.Value).logical_or(one.Value.isnan()).all().item<bool>()) is { Name: { } changed })
        {
            throw new AbsException(AbsCodes.WeightsChanged, $"{what} changes the parameter {changed} itself in training. While a search runs, quantised values stand in its place, and the change would be lost; compute a changed weight as a new tensor, or keep what {member} counts in a buffer.");
        }
    }

    /// <summary>No training has run away yet.</summary>
    private void RequireFinite(Tensor loss, IReadOnlyList<Tensor> outputs)
    {
        if (!double.IsFinite(loss.detach().to(ScalarType.Float64).item<double>()))
        {
            DataValues.Require(data.Train, "training", "the loss is not a finite number either");
            var place = outputs.All(output => !output.is_floating_point() || output.isfinite().all().item<bool>())
                ? "though the network's outputs are; look in Loss"
                : "and neither are the network's outputs; look in forward";
            throw new AbsException(AbsCodes.InvalidLoss, $"Before anything is trained, the loss of the first batch is not a finite number, {place} for a division by zero, a logarithm of zero or an overflow.");
        }
    }

    private void Evaluate(Batch batch)
    {
        using var noGradient = no_grad();
        _network.eval();
        var before = _network.named_modules().Where(pair => !pair.module.training).ToArray();
        var outputs = Evaluated(batch);
        if (Array.Find(before, pair => pair.module.training) is { module: not null } changed)
        {
            throw ModeChanged(changed.name, "evaluation", "training");
        }

        _ = new MetricTally(_model).Add(outputs, batch.Targets, batch.Count);
    }

    private IReadOnlyList<Tensor> Evaluated(Batch batch)
    {
        Seed();
        return _model.Forward(_network, batch.Inputs);
    }

    private static bool IsSame(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> others) => outputs.Count == others.Count && outputs.Zip(others).All(pair =>
        pair.First.shape.SequenceEqual(pair.Second.shape)
        && pair.First.to(ScalarType.Float64).allclose(pair.Second.to(ScalarType.Float64), Tolerance, Tolerance, equal_nan: true));

    private void RequireVariance(string name, BatchNorm norm, Tensor input)
    {
        if (norm.training && input.dim() > 1 && input.numel() == input.shape[1])
        {
            var why = job.Settings.BatchSize == 1 ? "BatchSize is 1; set it to 2 or more" : "let more than one value come in";
            throw new AbsException(AbsCodes.NoVariance, $"Layer '{name}' ({norm.GetType().Name}) gets one value a channel in training (an input of shape [{string.Join(", ", input.shape)}]), which has no variance to divide by: {why}, or leave the normalisation out.")
            {
                Layer = name,
            };
        }
    }

    /// <summary>The default loss fails on other targets in native code, and on a GPU for good.</summary>
    private void RequireClasses(Tensor output)
    {
        if (!_model.HasDefaultLoss || output.dim() < 2)
        {
            return;
        }

        RequireClasses(data.Train, "training", output.shape[1]);
        if (_model.HasDefaultMetric)
        {
            RequireClasses(data.Test, "test", output.shape[1]);
        }
    }

    private static void RequireClasses(LabelledData part, string name, long classes)
    {
        if (part.AllTargets is not [{ dtype: ScalarType.Int64 } targets])
        {
            return;
        }

        using var scope = NewDisposeScope();
        var wrong = targets.lt(0).logical_and(targets.ne(Ignored)).logical_or(targets.ge(classes));
        if (wrong.any().item<bool>())
        {
            var place = wrong.nonzero()[0];
            throw new AbsException(AbsCodes.InvalidData, string.Create(
                CultureInfo.InvariantCulture,
                $"The target of {name} example {place[0].item<long>()}, counted from 0, is class {targets[wrong][0].item<long>()}, but the network's output has {classes} classes, 0 to {classes - 1}; number classes from 0, or give the last layer one output for each."));
        }
    }

    private Batch Examples() => Batches.First(data.Train, job.Settings.BatchSize);

    private void Seed() => SearchSeed.Set(job, epoch: 0, SearchSeed.BetweenEpochs);

    private static AbsException ModeChanged(string module, string from, string to) => new(
        AbsCodes.ModeChanged,
        $"In {from} mode, the network's forward switches '{module}' to {to} mode; leave train() and eval() to the search, and ask for the field 'training' where forward differs.");
}
