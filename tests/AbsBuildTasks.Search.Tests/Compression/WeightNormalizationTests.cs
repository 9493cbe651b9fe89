using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Tests.Infrastructure;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Tests.Compression;

public class WeightNormalizationTests
{
    [Fact]
    public void Weights_are_quantised_relative_to_their_mean_and_deviation()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(1);
        using var network = Sequential(("fc", Linear(20, 30, hasBias: false)));
        using (no_grad())
        {
            _ = network.get_parameter("fc.weight")!.mul_(7).add_(3);
        }

        var input = rand([5, 20]);
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { WeightNormalization = true });
        var (quantizer, weight) = (compressed.Layers[0].Weights, compressed.Layers[0].Layer.Weight.detach());
        Assert.InRange(quantizer.Interval.Value, 1, 4);

        // (w − µ)/σ in levels of 2v/255, and back.
        var (mean, deviation, interval) = (weight.mean(), weight.std(unbiased: false), quantizer.Interval.Value);
        var levels = weight.sub(mean).div(deviation * interval).mul(127.5).round().clamp(-127, 127).div(127.5).mul(deviation * interval);
        Tensor? used = null;
        ((Module<Tensor, Tensor>)compressed.Layers[0].Layer.Module).register_forward_pre_hook((module, x) =>
        {
            used = ((Linear)module).weight!.detach().clone();
            return x;
        });
        network.eval();
        _ = compressed.Run(input);

        Assert.Equal(0, used!.sub(levels).abs().max().item<float>(), 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_weight_that_is_no_number_ends_the_training(bool normalize)
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(("a", Linear(4, 4)), ("b", Linear(4, 4)));
        using var compressed = Compressed.Of(network, rand([5, 4]), Compressed.Everything with { WeightNormalization = normalize });
        network.train();
        using (no_grad())
        {
            network.get_parameter("a.weight")![0, 0] = float.NaN;
        }

        var error = Assert.Throws<AbsException>(() => compressed.Run(rand([5, 4])));
        Assert.Equal(AbsCodes.Diverged, error.Code);
        Assert.Contains("a weight of layer 'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_interval_has_the_gradient_of_the_loss()
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(2);
        using var network = Sequential(("fc", Linear(20, 30)));
        var input = rand([5, 20]);
        using var compressed = Compressed.Of(network, input, Compressed.Everything with { WeightNormalization = true, Bits = Plans.Settings.BitChain.Parse("16") });
        var interval = compressed.Layers[0].Weights.Interval;
        interval.Value = 1;
        network.train();
        compressed.Run(input).square().sum().backward();
        compressed.CollectGradients();
        var gradient = interval.Gradient;

        const double Step = 1e-2;
        Assert.Equal((Loss(1 + Step) - Loss(1 - Step)) / (2 * Step), gradient, 0.02 * Math.Abs(gradient));

        double Loss(double value)
        {
            interval.Value = value;
            return compressed.Run(input).square().sum().item<float>();
        }
    }
}
