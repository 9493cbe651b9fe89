using AbsBuildTasks.Search;
using FashionMnist;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>The Fashion-MNIST sample's model; its data is read once for all runs.</summary>
internal sealed record CachedModel : IAbsModel
{
    /// <summary>Where Debian's dataset-fashion-mnist is, or the environment variable FASHION_MNIST says.</summary>
    public static ModelContext Context { get; } = At(Environment.GetEnvironmentVariable("FASHION_MNIST") ?? "/usr/share/datasets/fashion-mnist");

    private static Lazy<ModelData> Data { get; } = new(() => new LeNet5Model().LoadData(Context));

    /// <summary>Makes the network.</summary>
    public Func<Module> Create { get; init; } = () => new LeNet5();

    public Module CreateNetwork() => Create();

    public ModelData LoadData(ModelContext context) => new(Copy(Data.Value.Train), Copy(Data.Value.Test));

    // The engine ends what it was given.
    private static LabelledData Copy(LabelledData data) => new(data.Inputs.alias(), data.Targets.alias());

    private static ModelContext At(string folder) => new(folder, Directory.Exists(folder) ? Directory.GetFiles(folder, "*.gz") : []);
}
