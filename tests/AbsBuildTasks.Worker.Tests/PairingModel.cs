using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Worker.Tests;

/// <summary>The same network, which mixes examples in pairs and so takes an even number of them alone.</summary>
public sealed class PairingModel : IAbsModel
{
    private readonly StripesModel _model = new();

    public Module CreateNetwork() => _model.CreateNetwork();

    public ModelData LoadData(ModelContext context) => _model.LoadData(context);

    public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs)
    {
        var output = ((Module<Tensor, Tensor>)network).call(inputs[0]);
        return [output.reshape(output.shape[0] / 2, 2, 4).reshape(output.shape[0], 4)];
    }
}
