using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch.nn;

namespace Paper;

/// <summary>A network on CIFAR-100: 50,000 images of 32×32 pixels to train on, 10,000 to test on, 100 classes.</summary>
public abstract class Cifar100Model : IAbsModel
{
    /// <summary>Classes of the data.</summary>
    protected const int Classes = 100;

    /// <inheritdoc />
    public abstract Module CreateNetwork();

    /// <inheritdoc />
    public ModelData LoadData(ModelContext context)
    {
        var train = CifarReader.ReadCifar100(context.DataFile("train.bin"));
        var test = CifarReader.ReadCifar100(context.DataFile("test.bin"));
        var statistics = ChannelStatistics.Of(train);
        return new ModelData(train.Normalized(statistics), test.Normalized(statistics))
        {
            Augmentation = new Augmentation { HorizontalFlip = true, CropPadding = 4 },
        };
    }
}

/// <summary>ResNet-20 on CIFAR-100.</summary>
public sealed class ResNet20Model : Cifar100Model
{
    /// <inheritdoc />
    public override Module CreateNetwork() => ResNet.Small(20, channels: 3, Classes);
}

/// <summary>ResNet-56 on CIFAR-100.</summary>
public sealed class ResNet56Model : Cifar100Model
{
    /// <inheritdoc />
    public override Module CreateNetwork() => ResNet.Small(56, channels: 3, Classes);
}
