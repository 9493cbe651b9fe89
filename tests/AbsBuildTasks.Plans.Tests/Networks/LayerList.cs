using AbsBuildTasks.Plans.Cost;

namespace AbsBuildTasks.Plans.Tests.Networks;

/// <summary>Describes a network layer by layer, keeping track of the square image's side.</summary>
internal sealed class LayerList(int side)
{
    private readonly List<LayerShape> _layers = [];

    public IReadOnlyList<LayerShape> Layers => _layers;

    /// <summary>Side of the image after the last convolution or pool.</summary>
    public int Side { get; private set; } = side;

    public LayerList Conv(string name, int inputs, int filters, int kernel, int stride = 1, int padding = 0, int groups = 1, bool bias = false)
    {
        Side = ((Side + (2 * padding) - kernel) / stride) + 1;
        _layers.Add(new()
        {
            Name = name,
            Kind = "Conv2d",
            InputChannels = inputs,
            Filters = filters,
            Groups = groups,
            KernelSize = kernel * kernel,
            Positions = (long)Side * Side,
            HasBias = bias,
        });
        return this;
    }

    /// <summary>A 1×1 convolution beside the block that has just been described, whose output has the same side.</summary>
    public LayerList Shortcut(string name, int inputs, int filters) => Conv(name, inputs, filters, 1);

    public LayerList Pool(int kernel, int stride, int padding = 0)
    {
        Side = ((Side + (2 * padding) - kernel) / stride) + 1;
        return this;
    }

    public LayerList Linear(string name, int inputs, int filters)
    {
        _layers.Add(new() { Name = name, Kind = "Linear", InputChannels = inputs, Filters = filters, HasBias = true });
        return this;
    }
}
