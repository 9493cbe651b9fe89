using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Worker.Tests;

/// <summary>A gate that is as wide as the data say: its Forward fails before they are loaded.</summary>
public sealed class ReadyModel : IAbsModel
{
    private readonly GatedModel _model = new();
    private ModelData? _data;

    public Module CreateNetwork() => _model.CreateNetwork();

    public ModelData LoadData(ModelContext context) => _data = _model.LoadData(context);

    public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs) =>
        _data is null ? throw new InvalidOperationException("The data are not loaded.") : _model.Forward(network, inputs);
}
