using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Tensors that a network holds without saying so to torch; one is made when it is first needed.</summary>
internal sealed class FieldTable : Module<Tensor, Tensor>
{
    private readonly Signal _signal;
    private readonly Tensor _scale;
    private readonly List<Tensor> _shifts;
    private Tensor? _late;

    public FieldTable(Signal x)
        : base(nameof(FieldTable))
    {
        _signal = x;
        _scale = x.Along(linspace(0.5, 1.5, x.Channels));
        _shifts = [x.Along(linspace(0.2, -0.2, x.Channels))];
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        _late ??= _signal.Along(linspace(1, 0.8, _signal.Channels)).DetachFromDisposeScope();
        return ((input * _scale) + _shifts[0]) * _late;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _scale.Dispose();
            _shifts[0].Dispose();
            _late?.Dispose();
        }

        base.Dispose(disposing);
    }
}
