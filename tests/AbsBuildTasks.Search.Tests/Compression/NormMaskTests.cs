using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Structure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Compression;

public class NormMaskTests
{
    /// <summary>Torch's meta device stands for a GPU: it holds shapes and no values, but insists that tensors are on one device.</summary>
    [Fact]
    public void A_normalisation_without_parameters_is_masked_on_the_device_of_its_output()
    {
        using var scope = NewDisposeScope();
        using var norm = InstanceNorm2d(2);
        using var mask = new NormMask(new NormLayer("norm", new InstanceNormKind(), norm, 1), new ChannelSources([[new FilterIndex(0, 0)], [new FilterIndex(0, 1)]]));
        mask.Prepare([[true, false]]);

        Assert.Equal("meta", mask.Leave(ones([3, 2, 4, 4], device: META))!.device.ToString());
        Assert.Equal([1, 0], mask.Leave(ones([1, 2, 1, 1]))!.flatten().data<float>().ToArray());
    }
}
