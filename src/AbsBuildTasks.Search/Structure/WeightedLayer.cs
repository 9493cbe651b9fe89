using AbsBuildTasks.Plans.Cost;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>A convolution or linear layer of a network, as a probe run saw it.</summary>
/// <param name="Shape">Its name, kind and sizes.</param>
/// <param name="Module">The layer itself.</param>
/// <param name="Weight">Its weight, <c>[filters, inputs/groups, …kernel]</c>.</param>
/// <param name="Bias">Its bias, <c>[filters]</c>, if it has one.</param>
internal sealed record WeightedLayer(LayerShape Shape, Module<Tensor, Tensor> Module, Parameter Weight, Parameter? Bias)
{
    /// <summary>The dimension of inputs and outputs that counts channels or features.</summary>
    public int ChannelDimension => Module is TorchSharp.Modules.Linear ? -1 : 1;
}
