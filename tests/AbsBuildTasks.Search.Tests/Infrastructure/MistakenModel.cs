using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Infrastructure;

/// <summary>A model of a small network whose parts can each be replaced by a mistake.</summary>
internal sealed class MistakenModel : IAbsModel
{
    public Func<Module?> Network { get; init; } = () => new Small();

    public Func<ModelData?> Data { get; init; } = () => new ModelData(Part(32), Part(16));

    public Func<Module, IReadOnlyList<Tensor>, IReadOnlyList<Tensor>?> Run { get; init; } = (network, inputs) => [((Small)network).call(inputs[0])];

    public Func<Tensor, Tensor, Tensor?> LossOf { get; init; } = (output, target) => functional.cross_entropy(output, target);

    public Func<Tensor, Tensor, double> MetricOf { get; init; } = (output, target) => output.argmax(1).eq(target).to(ScalarType.Float64).mean().item<double>();

    public string? Name { get; init; } = "share";

    public string MetricName => Name!;

    public Module CreateNetwork() => Network()!;

    public ModelData LoadData(ModelContext context) => Data()!;

    public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs) => Run(network, inputs)!;

    public Tensor Loss(Tensor output, Tensor target) => LossOf(output, target)!;

    public double Metric(Tensor output, Tensor target) => MetricOf(output, target);

    public static LabelledData Part(int count, Action<Tensor>? change = null)
    {
        _ = manual_seed(count);
        var inputs = rand(count, 6);
        change?.Invoke(inputs);
        return new LabelledData(inputs, arange(count, ScalarType.Int64) % 3);
    }

    /// <summary>first – relu – last, or another function of the two.</summary>
    internal sealed class Small : Module<Tensor, Tensor>
    {
        private readonly Func<Small, Tensor, Tensor> _forward;

        internal readonly Linear first = Linear(6, 8);
        internal readonly Linear last = Linear(8, 3);

        public Small(Func<Small, Tensor, Tensor>? forward = null)
            : base(nameof(Small))
        {
            _forward = forward ?? ((net, x) => net.Plain(x));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _forward(this, input);

        public Tensor Plain(Tensor x) => last.call(functional.relu(first.call(x)));
    }
}
