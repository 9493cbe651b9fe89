using AbsBuildTasks.Plans.Cost;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>A convolution, transposed or not, or a linear layer of a network, as a probe run saw it.</summary>
/// <param name="Shape">Its name, kind and sizes.</param>
/// <param name="Module">The layer itself.</param>
/// <param name="Weight">Its weight, as <see cref="Layout"/> says.</param>
/// <param name="Bias">Its bias, <c>[filters]</c>, if it has one.</param>
/// <param name="Calls">How often the network calls it.</param>
internal sealed record WeightedLayer(LayerShape Shape, Module<Tensor, Tensor> Module, Parameter Weight, Parameter? Bias, int Calls)
{
    /// <summary>The dimension of inputs and outputs that counts channels or features, from the end, as there need not be a batch.</summary>
    public int ChannelDimension => DimensionOf(Module);

    /// <summary>The dimension of inputs and outputs that counts a layer's channels or features, from the end.</summary>
    /// <param name="module">A convolution or a linear layer.</param>
    public static int DimensionOf(TorchSharp.torch.nn.Module module) => module is Convolution convolution ? 1 - (int)convolution.weight!.dim() : -1;

    /// <summary>Where the weight keeps its filters.</summary>
    public WeightLayout Layout { get; } = WeightLayout.Of(Module);

    /// <summary>
    /// Whether each filter stays and goes with the one input channel it sees, as in a depthwise convolution: on a channel
    /// of zeros it gives nothing but its bias. A layer that is called again has inputs that need not go together.
    /// </summary>
    public bool IsTied => Shape.Groups > 1 && Shape.Groups == Shape.InputChannels && Calls == 1;

    /// <summary>The input channel that a filter of a tied layer sees.</summary>
    public int InputOf(int filter) => filter / (Shape.Filters / Shape.Groups);
}
