using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Data;
using Paper;
using static TorchSharp.torch.nn;

namespace FashionMnist;

/// <summary>Images of clothes: 60,000 to train on, 10,000 to test on, 28×28 pixels, 10 classes.</summary>
public abstract class FashionMnistModel : IAbsModel
{
    /// <inheritdoc />
    public abstract Module CreateNetwork();

    /// <inheritdoc />
    public ModelData LoadData(ModelContext context) => new(Part(context, "train"), Part(context, "t10k"));

    private static LabelledData Part(ModelContext context, string name) => IdxReader.Read(
        context.DataFile($"{name}-images-idx3-ubyte.gz"),
        context.DataFile($"{name}-labels-idx1-ubyte.gz"),
        classes: 10);
}

/// <summary>LeNet-5 on Fashion-MNIST.</summary>
public sealed class LeNet5Model : FashionMnistModel
{
    /// <inheritdoc />
    public override Module CreateNetwork() => new LeNet5();
}

/// <summary>ResNet-20 on Fashion-MNIST.</summary>
public sealed class ResNet20Model : FashionMnistModel
{
    /// <inheritdoc />
    public override Module CreateNetwork() => ResNet.Small(20, channels: 1, classes: 10);
}

/// <summary>A GRU that reads Fashion-MNIST images row by row.</summary>
public sealed class RowGruModel : FashionMnistModel
{
    /// <inheritdoc />
    public override Module CreateNetwork() => new RowGru();
}

/// <summary>A small vision transformer on Fashion-MNIST.</summary>
public sealed class PatchTransformerModel : FashionMnistModel
{
    /// <inheritdoc />
    public override Module CreateNetwork() => new PatchTransformer();
}
