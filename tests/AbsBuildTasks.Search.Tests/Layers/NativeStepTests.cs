using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Layers;

/// <summary>What modules whose arithmetic is one call inside torch, and parameters that no layer has, hold in a step, learn from it and are loaded with.</summary>
public sealed class NativeStepTests : IDisposable
{
    private const int Hidden = NativeNetworks.Hidden;
    private const int Words = NativeNetworks.Words;

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.weights.zip");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [MemberData(nameof(NativeNetworks.All), MemberType = typeof(NativeNetworks))]
    public void Parameters_hold_quantised_values_for_a_step_alone(string name)
    {
        using var native = new CompressedNative(name);
        var (input, network, compressed) = native;
        var own = Values(network);
        var trains = network.parameters().Select(parameter => parameter.requires_grad).ToArray();
        network.train();

        var output = compressed.Run(input);
        foreach (var (layer, body) in NativeNetworks.Body(compressed).Select(layer => (layer, layer.Layer.Weight)))
        {
            Assert.NotEqual(layer.Layer.Kind.IsOverwritten, body.equal(own[layer.Layer.Weight.Handle]).all().item<bool>());
            Assert.True(!layer.Layer.Kind.IsOverwritten || body.detach().unique().output.numel() <= 1 << layer.Weights.ChosenBits);
        }

        output.square().sum().backward();
        compressed.CollectGradients();
        AssertOwn();
        using (no_grad())
        {
            _ = compressed.Run(input);
            AssertOwn();
        }

        // A step that fails leaves nothing behind; one whose loss is never followed back is forgotten.
        _ = Assert.ThrowsAny<Exception>(() => compressed.Run(input.to(ScalarType.Float32).reshape(-1)));
        AssertOwn();
        var again = compressed.Run(input);
        Assert.True(compressed.Run(input).equal(again).all().item<bool>());

        void AssertOwn()
        {
            Assert.All(network.parameters(), parameter => Assert.True(parameter.equal(own[parameter.Handle]).all().item<bool>()));
            Assert.Equal(trains, network.parameters().Select(parameter => parameter.requires_grad));
        }
    }

    [Theory]
    [MemberData(nameof(NativeNetworks.All), MemberType = typeof(NativeNetworks))]
    public void Gradients_are_those_at_the_quantised_values(string name)
    {
        using var native = new CompressedNative(name);
        var (input, network, compressed) = native;
        network.train();
        compressed.Run(input).square().sum().backward();
        compressed.CollectGradients();

        // A plain network of double precision on the same values.
        using var plain = NativeNetworks.Of(name, ScalarType.Float64);
        using var noGradient = no_grad();
        foreach (var (layer, value) in compressed.Layers.SelectMany(layer => plain.named_parameters().Where(pair => pair.name == NativeNetworks.NameOf(network, layer)).Select(pair => (layer, pair.parameter))))
        {
            _ = value.copy_(layer.Weights.Forward(layer.Layer.Weight, measure: false));
        }

        var head = compressed.Layers.Single(layer => layer.Layer.Shape.Name == "head");
        using var hook = new HookSet();
        foreach (var layer in NativeNetworks.Body(compressed).Where(layer => layer.Activations.IsQuantized))
        {
            hook.Before(plain.named_modules().Single(pair => pair.name == "body").module, layer.Layer.Kind.InputPlaces, x => layer.Activations.Forward(x.to(ScalarType.Float32), measure: false).to(ScalarType.Float64));
        }

        Tensor? rounding = null;
        hook.Before(plain.named_modules().Single(pair => pair.name == "head").module, x =>
        {
            // Straight through: what rounding adds is held, and what is clipped has no gradient.
            var (grid, v) = (head.Activations.Grid, head.Activations.Intervals[0]);
            var clipped = x.clamp(grid.Low * v, grid.High * v);
            return clipped + (rounding ??= head.Activations.Forward(x.to(ScalarType.Float32), measure: false).to(ScalarType.Float64) - clipped);
        });
        double Loss() => plain.call(NativeNetworks.HasWords(name) ? input : input.to(ScalarType.Float64)).square().sum().item<double>();
        _ = Loss();

        const double H = 1e-5;
        foreach (var layer in NativeNetworks.Body(compressed))
        {
            var (own, v) = (layer.Layer.Weight.to(ScalarType.Float64), layer.Weights.Intervals[0]);
            var inside = own.abs().le(v * 0.999).to(ScalarType.Float64);
            var value = plain.named_parameters().Single(pair => pair.name == NativeNetworks.NameOf(network, layer)).parameter;
            var before = value.clone();
            var learns = ones_like(before);
            if (name == "padding")
            {
                // Torch gives the padding's row no gradient.
                _ = learns[2].zero_();
            }

            var direction = randn(value.shape, dtype: ScalarType.Float64) * learns;
            Assert.Equal(Slope(direction * inside), (layer.Layer.Weight.grad!.to(ScalarType.Float64) * inside * direction).sum().item<double>(), 2);

            // Through the scale, and through the clip.
            Assert.Equal(Slope(learns * ((before / v) - (own / v * own.abs().le(v * layer.Weights.Grid.High).to(ScalarType.Float64)))), layer.Weights.Interval.Gradient, 2);

            double Slope(Tensor along)
            {
                _ = value.copy_(before + (H * along));
                var after = Loss();
                _ = value.copy_(before - (H * along));
                var slope = (after - Loss()) / (2 * H);
                _ = value.copy_(before);
                return slope;
            }
        }
    }

    [Fact]
    public void A_frozen_table_is_quantised_and_stays_frozen()
    {
        using var scope = NewDisposeScope();
        var (table, head) = (Embedding(Words, Hidden), Linear(Hidden, 2));
        table.named_parameters().Single().parameter.requires_grad = false;
        using var network = new FunctionNetwork(x => head.call(table.call(x).mean([1])), ("table", table), ("head", head));
        using var compressed = Compressed.Of(network, NativeNetworks.Input("Embedding"));
        network.train();
        compressed.Run(NativeNetworks.Input("Embedding")).square().sum().backward();
        compressed.CollectGradients();

        Assert.False(compressed.Layers[0].Layer.Weight.requires_grad);
        Assert.Null(compressed.Layers[0].Layer.Weight.grad);
        Assert.NotEqual(0, compressed.Layers[0].Weights.Interval.Gradient);
    }

    [Theory]
    [MemberData(nameof(NativeNetworks.All), MemberType = typeof(NativeNetworks))]
    public void A_loaded_network_gives_exactly_what_was_evaluated(string name)
    {
        using var native = new CompressedNative(name);
        var (input, network, compressed) = native;
        compressed.Freeze(Compressed.RandomDecisions(compressed, 4));
        network.eval();
        var evaluated = compressed.Run(input);
        WeightExporter.Write(compressed, _file);

        using var fresh = NativeNetworks.Of(name);
        using var noGradient = no_grad();
        foreach (var parameter in fresh.parameters())
        {
            _ = parameter.zero_();
        }

        Assert.True(CompressedModel.Load(fresh, _file).call(input).equal(evaluated).all().item<bool>());
    }

    private static Dictionary<IntPtr, Tensor> Values(Module network) => network.parameters().ToDictionary(parameter => parameter.Handle, parameter => parameter.detach().clone());
}
