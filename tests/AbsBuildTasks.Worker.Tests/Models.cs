using AbsBuildTasks.Search;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Worker.Tests;

// What a model project may hold beside its model.
public abstract class UnfinishedModel : IAbsModel
{
    public abstract Module CreateNetwork();

    public ModelData LoadData(ModelContext context) => throw new InvalidOperationException("No data.\nAnd much more to say.");
}

public sealed class FirstModel : UnfinishedModel
{
    public override Module CreateNetwork() => throw new ArgumentException(nameof(FirstModel));
}

public class SecondModel(string name) : UnfinishedModel
{
    public override Module CreateNetwork() => throw new InvalidOperationException(name);
}
