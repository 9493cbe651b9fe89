using AbsBuildTasks.Search;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>A network that learns one and the same batch: an epoch of it is a step.</summary>
internal sealed class OneBatch(Module<Tensor, Tensor> network, Tensor input, Tensor target) : IAbsModel
{
    public ModelData Data { get; } = new(new LabelledData(input, target), new LabelledData(input, target));

    public Module CreateNetwork() => network;

    public ModelData LoadData(ModelContext context) => Data;
}
