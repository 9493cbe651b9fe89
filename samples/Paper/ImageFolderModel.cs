using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch.nn;

namespace Paper;

/// <summary>A network on ImageNet, or on any folder of images with a folder for each class, up to 1,000 of them.</summary>
public abstract class ImageFolderModel : IAbsModel
{
    /// <summary>Classes of ImageNet.</summary>
    protected const int Classes = 1000;

    /// <summary>Width and height of the images in pixels.</summary>
    public int Side { get; init; } = 224;

    /// <inheritdoc />
    public abstract Module CreateNetwork();

    /// <inheritdoc />
    public ModelData LoadData(ModelContext context)
    {
        var train = ImageFolder.Open(context, "data/train");
        var test = ImageFolder.Open(context, "data/val", train.Classes);
        var format = new ImageFormat(Side, Side) { Share = 224 / 256.0 };
        var statistics = new ChannelStatistics([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
        return new ModelData(train.Stream(format).Normalized(statistics), test.Stream(format).Normalized(statistics))
        {
            Augmentation = new Augmentation { HorizontalFlip = true, CropPadding = Side / 8 },
        };
    }
}

/// <summary>ResNet-18 on ImageNet.</summary>
public sealed class ResNet18Model : ImageFolderModel
{
    /// <inheritdoc />
    public override Module CreateNetwork() => ResNet.Eighteen(Classes);
}

/// <summary>MobileNetV2 on ImageNet.</summary>
public sealed class MobileNetV2Model : ImageFolderModel
{
    /// <inheritdoc />
    public override Module CreateNetwork() => new MobileNetV2(Classes);
}
