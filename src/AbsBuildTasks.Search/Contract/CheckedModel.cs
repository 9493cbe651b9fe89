using System.Runtime.CompilerServices;
using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search;

/// <summary>
/// A model whose answers have been looked at: what the search gets is what the contract promises, or an error that names
/// the member which broke it.
/// </summary>
internal sealed class CheckedModel : IAbsModel
{
    private const string Fresh = "make it anew in each call";

    private readonly IAbsModel _model;
    private readonly ModelContext _context;
    private readonly List<WeakReference<Module>> _made;
    private readonly ConditionalWeakTable<MetricAccumulator, object> _started = [];

    private CheckedModel(IAbsModel model, ModelContext context, List<WeakReference<Module>> made)
    {
        _model = model;
        _context = context;
        _made = made;
        LowerIsBetter = ModelCall.Run(nameof(LowerIsBetter), () => model.LowerIsBetter);
        var name = ModelCall.Run(nameof(MetricName), () => model.MetricName);
        MetricName = string.IsNullOrWhiteSpace(name)
            ? throw new AbsException(AbsCodes.ModelCodeFailed, "IAbsModel.MetricName is empty; return what Metric measures, for example \"top-1\".")
            : name;
        FurtherMetrics =
        [
            .. FurtherMetricNames.Required(ModelCall.Run(nameof(FurtherMetrics), () => model.FurtherMetrics), MetricName)
                .Select(metric => new FurtherMetric(metric.Name, () => Started(nameof(FurtherMetrics), metric.Start)!) { LowerIsBetter = metric.LowerIsBetter }),
        ];
    }

    /// <inheritdoc />
    public string MetricName { get; }

    /// <inheritdoc />
    public bool LowerIsBetter { get; }

    /// <inheritdoc />
    public IReadOnlyList<FurtherMetric> FurtherMetrics { get; }

    /// <summary>Whether both <c>Loss</c> are the contract's.</summary>
    public bool HasDefaultLoss => IsDefault(nameof(Loss));

    /// <summary>Whether the metric is the contract's.</summary>
    public bool HasDefaultMetric => IsDefault(nameof(Metric)) && IsDefault(nameof(StartMetric));

    /// <summary>Looks at the model, and at all that it will answer.</summary>
    /// <param name="model">The model project's contract.</param>
    /// <param name="context">Resolves the model's data files.</param>
    /// <param name="warn">Told of members that may not be meant as they stand: a code and one line.</param>
    /// <exception cref="AbsException">ABS2028: a member that looks like one of the contract is never called.</exception>
    public static CheckedModel Of(IAbsModel model, ModelContext context, Action<string, string> warn)
    {
        ContractMembers.Check(model.GetType(), warn);
        return new CheckedModel(model, context, []);
    }

    /// <summary>A copy for networks beside the one that is trained: a model may keep the network that it made last, for its loss for instance.</summary>
    public CheckedModel Copy() => new((IAbsModel)MemberwiseClone(_model), _context, _made);

    /// <inheritdoc />
    /// <exception cref="AbsException">ABS2025: null, a disposed network, or one that an earlier call has returned.</exception>
    public Module CreateNetwork() => CreateNetwork(_context);

    /// <inheritdoc />
    /// <exception cref="AbsException">ABS2025: null, a disposed network, or one that an earlier call has returned.</exception>
    public Module CreateNetwork(ModelContext context)
    {
        var network = ModelCall.Run(nameof(CreateNetwork), () => _model.CreateNetwork(context));
        if (network is null)
        {
            throw NoNetwork("returned null; return the network");
        }

        if (IsDisposed(network))
        {
            throw NoNetwork($"returned a network that is disposed; {Fresh}, and leave it to the search to dispose of it");
        }

        if (_made.Exists(made => made.TryGetTarget(out var earlier) && ReferenceEquals(earlier, network)))
        {
            throw NoNetwork($"returned the network of an earlier call; {Fresh}, as the search keeps several");
        }

        _made.Add(new(network));
        return network;
    }

    /// <inheritdoc />
    /// <exception cref="AbsException">ABS2005: null, or disposed tensors.</exception>
    public ModelData LoadData(ModelContext context)
    {
        var data = ModelCall.Run(nameof(LoadData), () => _model.LoadData(context));
        if (data is null || data.Train is null || data.Test is null)
        {
            throw new AbsException(AbsCodes.InvalidData, $"IAbsModel.LoadData returned null{(data is null ? "" : data.Train is null ? " as training data" : " as test data")}; return training and test data.");
        }

        foreach (var (part, name) in new[] { (data.Train, "training"), (data.Test, "test") })
        {
            if (part.AllTargets.Concat(part.Streamed is null ? part.AllInputs : []).Any(tensor => tensor.IsInvalid))
            {
                throw new AbsException(AbsCodes.InvalidData, $"IAbsModel.LoadData returned {name} data whose tensors are disposed; leave them to the search, without 'using'.");
            }
        }

        return data;
    }

    /// <inheritdoc />
    /// <remarks>The network gets inputs of its own: it may change them in place, and others use them after it.</remarks>
    /// <exception cref="AbsException">ABS2027: no outputs, or disposed ones.</exception>
    public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs)
    {
        var outputs = ModelCall.Run(nameof(Forward), () => _model.Forward(network, [.. inputs.Select(input => input.clone())]));
        return outputs switch
        {
            null => throw NoOutput("returned null"),
            { Count: 0 } => throw NoOutput("returned no outputs"),
            _ when outputs.Any(output => output is null) => throw NoOutput("returned null as an output"),
            _ when outputs.Any(output => output.IsInvalid) => throw NoOutput("returned an output that is disposed"),
            _ => outputs,
        };
    }

    /// <inheritdoc />
    /// <exception cref="AbsException">ABS2023: not one number, or one without gradient.</exception>
    public Tensor Loss(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) =>
        Scalar(nameof(Loss), outputs, ModelCall.Run(nameof(Loss), () => _model.Loss(outputs, targets)));

    /// <inheritdoc />
    /// <exception cref="AbsException">ABS2023: not one number, or one without gradient.</exception>
    public Tensor Loss(Tensor output, Tensor target) => Scalar(nameof(Loss), [output], ModelCall.Run(nameof(Loss), () => _model.Loss(output, target)));

    /// <inheritdoc />
    /// <exception cref="AbsException">ABS2023: not one number, or one without gradient.</exception>
    public Tensor DistillationLoss(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> wanted) =>
        Scalar(nameof(DistillationLoss), outputs, ModelCall.Run(nameof(DistillationLoss), () => _model.DistillationLoss(outputs, wanted)));

    /// <inheritdoc />
    public double Metric(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => OnCopies(outputs, targets, (outputs, targets) => ModelCall.Run(nameof(Metric), () => _model.Metric(outputs, targets)));

    /// <inheritdoc />
    public double Metric(Tensor output, Tensor target) => Metric([output], [target]);

    /// <inheritdoc />
    /// <exception cref="AbsException">ABS2004: the accumulation of an earlier call.</exception>
    public MetricAccumulator? StartMetric() => Started(nameof(StartMetric), _model.StartMetric);

    /// <summary>Starts a metric, which must be a new one.</summary>
    private GuardedMetric? Started(string member, Func<MetricAccumulator?> start)
    {
        var metric = ModelCall.Run(member, start);
        if (metric is null)
        {
            return null;
        }

        if (_started.TryGetValue(metric, out _))
        {
            throw new AbsException(AbsCodes.ModelCodeFailed, $"IAbsModel.{member} returned the {metric.GetType().Name} of an earlier call, which has seen other examples; {Fresh}.");
        }

        _started.Add(metric, metric);
        return new GuardedMetric(member, metric);
    }

    /// <inheritdoc />
    public void LoadWeights(Module network, string file) => ModelCall.Run(nameof(LoadWeights), () =>
    {
        _model.LoadWeights(network, file);
        return true;
    });

    /// <summary>Gives a measure values of its own: one that changes them or disposes of them must not reach the data, nor what is measured of them next.</summary>
    public static T OnCopies<T>(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>, T> measure)
    {
        using var scope = NewDisposeScope();
        return measure([.. outputs.Select(output => output.clone())], [.. targets.Select(target => target.clone())]);
    }

    private static Tensor Scalar(string member, IReadOnlyList<Tensor> outputs, Tensor loss)
    {
        if (loss is null || loss.IsInvalid)
        {
            throw NoLoss($"returned {(loss is null ? "null" : "a disposed tensor")}; return one number as a tensor");
        }

        if (loss.numel() != 1)
        {
            throw NoLoss($"returned shape [{string.Join(", ", loss.shape)}]; return one number for the batch, for example by mean(), or by reduction: Reduction.Mean in TorchSharp's losses");
        }

        if (!loss.is_floating_point())
        {
            throw NoLoss($"returned {loss.dtype}; return a floating-point number, for example by to(ScalarType.Float32) of what it computes with");
        }

        if (is_grad_enabled() && !loss.requires_grad)
        {
            throw NoLoss(outputs.Any(output => output.requires_grad)
                ? "returned a number without gradient, so that nothing can be learned from it; leave out what cuts the gradient, such as argmax, round, comparisons, detach() or no_grad()"
                : "has no gradient, since the network's outputs have none: the network computes them under no_grad(), detaches them, or all of its parameters are frozen (requires_grad is false)");
        }

        return loss;

        AbsException NoLoss(string what) => new(AbsCodes.InvalidLoss, $"IAbsModel.{member} {what}.");
    }

    private static bool IsDisposed(Module network)
    {
        try
        {
            // Asks native code, which tells.
            return network.modules().Append(network).Any(module => module.training && module.GetName() is null) || network.parameters().Concat(network.buffers()).Any(tensor => tensor.IsInvalid);
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    private bool IsDefault(string member)
    {
        var map = _model.GetType().GetInterfaceMap(typeof(IAbsModel));
        return map.InterfaceMethods.Zip(map.TargetMethods).Where(pair => pair.First.Name == member).All(pair => pair.Second.DeclaringType == typeof(IAbsModel));
    }

    private static AbsException NoNetwork(string what) => new(AbsCodes.InvalidNetwork, $"IAbsModel.CreateNetwork {what}.");

    private static AbsException NoOutput(string what) => new(AbsCodes.InvalidOutput, $"IAbsModel.Forward {what}; return the network's outputs, in the order in which loss and metric take them.");

    private sealed class GuardedMetric(string member, MetricAccumulator metric) : MetricAccumulator
    {
        public override void Add(IReadOnlyList<Tensor> outputs, IReadOnlyList<Tensor> targets) => OnCopies(outputs, targets, (outputs, targets) => ModelCall.Run(member, () =>
        {
            metric.Add(outputs, targets);
            return true;
        }));

        public override double Result() => ModelCall.Run(member, metric.Result);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern object MemberwiseClone(object any);
}
