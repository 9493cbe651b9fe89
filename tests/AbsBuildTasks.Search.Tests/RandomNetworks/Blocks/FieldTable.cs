using AbsBuildTasks.Search.Tests.RandomNetworks.Parts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Blocks;

/// <summary>Tensors that a network holds without saying so to torch.</summary>
internal sealed class FieldTable : Module<Tensor, Tensor>
{
    private readonly Tensor _scale;
    private readonly List<Tensor> _shifts;

    public FieldTable(Signal x)
        : base(nameof(FieldTable))
    {
        _scale = x.Along(linspace(0.5, 1.5, x.Channels));
        _shifts = [x.Along(linspace(0.2, -0.2, x.Channels))];
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => (input * _scale) + _shifts[0];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _scale.Dispose();
            _shifts[0].Dispose();
        }

        base.Dispose(disposing);
    }
}
