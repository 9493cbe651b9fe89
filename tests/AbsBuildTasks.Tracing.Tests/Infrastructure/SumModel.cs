using AbsBuildTasks.Search;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Which of a network's outputs is the largest, where another network of its kind gives them.</summary>
internal sealed class SumModel(string name) : IAbsModel
{
    private const int Count = 64;

    // Both batches on which a network is recorded have fewer examples.
    private const int Traced = 10;

    public Module CreateNetwork() => name switch
    {
        "residual in place" => SumNetworks.Residual(inPlace: true),
        "sum of sums" => SumNetworks.Residual(inPlace: false),
        "pool in front of a clip" => SumNetworks.Pooled(),
        "causal attention" => SumNetworks.Attention(),
        "attention by einsum" => SumNetworks.EinsumAttention(),
        "input in a product" => SumNetworks.InputInProduct(),
        "clip in place" => SumNetworks.ClipInPlace(),
        _ => Networks.Make(Known, 1).Network,
    };

    private string Known => name.Split(',')[0];

    public ModelData LoadData(ModelContext context) => new(Data(1), Data(2));

    public IReadOnlyList<Tensor> Forward(Module network, IReadOnlyList<Tensor> inputs)
    {
        if (name.EndsWith("not of three", StringComparison.Ordinal) && inputs[0].shape[0] == 3 && !network.training)
        {
            throw new InvalidOperationException("no three examples\nnor others");
        }

        var output = ((Module<Tensor, Tensor>)network).call(inputs[0]);
        return [name.EndsWith("turned", StringComparison.Ordinal) && inputs[0].shape[0] > Traced ? -output : output];
    }

    private LabelledData Data(int seed)
    {
        long[]? shape = name switch
        {
            "residual in place" or "sum of sums" or "pool in front of a clip" or "clip in place" => [Count, 3, 8, 8],
            "causal attention" or "attention by einsum" or "input in a product" => [Count, 6, 8],
            _ => null,
        };
        var examples = shape is null ? null : randn(shape, generator: new Generator((ulong)seed));
        if (examples is null)
        {
            var (network, some) = Networks.Make(Known, Count * seed);
            using (network)
            {
                examples = some.narrow(0, Count * (seed - 1), Count);
            }
        }

        return new LabelledData(examples, examples.flatten(1).narrow(1, 0, 3).argmax(1));
    }
}
