using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Worker.Tests;

/// <summary>The same network, each of whose four results meets each: a product of matrices, and the sums of its rows beside the results.</summary>
public sealed class DotsModel : IAbsModel
{
    private readonly StripesModel _model = new();

    public Module CreateNetwork() => _model.CreateNetwork();

    public ModelData LoadData(ModelContext context) => _model.LoadData(context);

    public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs)
    {
        var output = ((Module<Tensor, Tensor>)network).call(inputs[0]);
        return [output + (output.unsqueeze(2).matmul(output.unsqueeze(1)).sum(2) * 0.01)];
    }
}
