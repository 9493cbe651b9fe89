using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Layers;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Export;

/// <summary>Weights of layers whose hooks native AOT has no code for.</summary>
public sealed class NativeCodeTests : IDisposable
{
    private static readonly LayerKinds Kinds = new(new RoutedKind(), new LinearKind());

    private readonly string _folder = Directory.CreateTempSubdirectory("abs-native-").FullName;

    [Fact]
    public void Where_no_code_can_be_made_it_is_said_which_layer_lacks_some()
    {
        using var scope = NewDisposeScope();
        var file = Path.Combine(_folder, "own.weights.zip");
        using (var network = Network())
        {
            var probe = NetworkProbe.Run(Traced.Model(network), [Example()], Kinds);
            using var compressed = new CompressedNetwork(Traced.Model(network), probe, ChannelTrace.Run(Traced.Model(network), probe, [Example()]), Compressed.Everything);
            compressed.Calibrate([[Example()]]);
            compressed.Freeze(compressed.Decisions());
            WeightExporter.Write(compressed, file);
        }

        // Here code can be made: such a layer is as good as any other.
        Assert.Equal("loaded", Load(file));
        Assert.Equal(
            "ABS2018 of head: Layer 'head' (RoutedLinear) takes or gives types for which native AOT has no code, so that its inputs cannot be quantised. Publish the application without PublishAot, for example with PublishTrimmed.",
            OwnProcess.WithoutDynamicCode(_folder, file));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What comes of loading weights into a network like the one that they are of.</summary>
    internal static string Load(string file)
    {
        using var network = Network();
        try
        {
            CompressedModel.Load(network, file, Kinds);
            return "loaded";
        }
        catch (AbsException exception)
        {
            return $"{exception.Code} of {exception.Layer}: {exception.Message}";
        }
    }

    private static FunctionNetwork Network()
    {
        _ = manual_seed(5);
        var (hidden, head) = (Linear(6, 8), new RoutedLinear(8, 3));
        return new FunctionNetwork(x => head.call(functional.relu(hidden.call(x)), 1), ("hidden", hidden), ("head", head));
    }

    private static Tensor Example()
    {
        _ = manual_seed(7);
        return randn(5, 6);
    }

    /// <summary>A linear layer that also takes a number, as none of TorchSharp's does.</summary>
    private sealed class RoutedLinear : Module<Tensor, long, Tensor>
    {
        public Parameter Weight;

        public RoutedLinear(int inputs, int outputs)
            : base(nameof(RoutedLinear))
        {
            Weight = Parameter(randn(outputs, inputs));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, long route) => functional.linear(input, Weight) * route;
    }

    private sealed class RoutedKind : LayerKind
    {
        public override bool Is(Module module) => module is RoutedLinear;

        public override Parameter WeightOf(Module module) => ((RoutedLinear)module).Weight;

        public override Parameter? BiasOf(Module module) => null;

        public override void Swap(Module module, Parameter? weight, Parameter? bias) => ((RoutedLinear)module).Weight = weight!;

        public override WeightLayout LayoutOf(Module layer) => new(IsTransposed: false, Groups: 1);

        public override int FilterDimensionOf(Module layer) => -1;
    }
}
