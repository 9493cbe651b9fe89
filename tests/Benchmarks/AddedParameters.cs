using FashionMnist;
using Paper;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>What the search trains beside the network: intervals and gates.</summary>
internal static class AddedParameters
{
    public static void Count()
    {
        Console.WriteLine($"{"network",-16}{"its own",12}{"added",8}{"share",10}{"multi-path adds",17}");
        Row("LeNet-5", new LeNet5(), [2, 1, 28, 28]);
        Row("ResNet-20", ResNet.Small(20, channels: 3, classes: 100), [2, 3, 32, 32]);
        Row("ResNet-56", ResNet.Small(56, channels: 3, classes: 100), [2, 3, 32, 32]);
    }

    private static void Row(string name, Module<Tensor, Tensor> network, long[] shape)
    {
        using var scope = NewDisposeScope();
        var own = network.parameters().Sum(parameter => parameter.numel());
        using var compressed = Contender.Compress(network, rand(shape));
        var added = compressed.AddedParameters;
        Console.WriteLine(FormattableString.Invariant($"{name,-16}{own,12:N0}{added,8}{(double)added / own,10:0.000%}{MultiPath.AddedParameters(compressed),17:N0}"));
    }
}
