using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Gates;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Quantization;
using AbsBuildTasks.Search.Structure;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Benchmarks;

/// <summary>
/// The way that bit sharing replaces: each layer has one path per bitwidth, with weights of its own, and gives the sum
/// of all paths' outputs in proportions that are learned. It runs on the product's own fused quantiser, so that what
/// differs is the number of paths.
/// </summary>
internal sealed class MultiPath : IDisposable
{
    private readonly Module<Tensor, Tensor> _network;
    private readonly HookSet _hooks = new();
    private readonly PathLayer[] _layers;

    public MultiPath(Module<Tensor, Tensor> network, Tensor example)
    {
        _network = network;
        var model = new ModelNetwork(network, (_, inputs) => [network.call(inputs[0])]);
        _layers = [.. NetworkProbe.Run(model, [example]).Layers.Select(layer => new PathLayer(layer))];
        foreach (var layer in _layers)
        {
            _hooks.After(layer.Layer.Module, (input, _) => layer.Run(input));
        }
    }

    /// <summary>The chosen bitwidth of each layer, by name.</summary>
    public IEnumerable<(string Name, int Bits)> Chosen => _layers.Select(layer => (layer.Layer.Shape.Name, layer.Chosen));

    /// <summary>The clipping intervals of all paths.</summary>
    public IEnumerable<TrainedScalar> Intervals => _layers.SelectMany(layer => layer.Intervals);

    /// <summary>What one path per bitwidth adds to a network's parameters.</summary>
    public static long AddedParameters(CompressedNetwork network) =>
        network.Layers.Sum(layer => (BitChain.Default.Count - 1) * (layer.Layer.Weight.numel() + (layer.Layer.Bias?.numel() ?? 0)) + (3 * BitChain.Default.Count));

    /// <summary>A training step with a fixed λ.</summary>
    public static Action Step(Module<Tensor, Tensor> network, Tensor input, Tensor target)
    {
        var paths = new MultiPath(network, input);
        network.train();
        _ = network.call(input);
        var optimizer = optim.Adam(paths.Parameters());
        return () => paths.Step(optimizer, input, target, lambda: 1);
    }

    /// <summary>All that trains in torch: the network's parameters but for its layers', and each path's own.</summary>
    public IEnumerable<Parameter> Parameters()
    {
        var replaced = _layers.SelectMany(layer => layer.Layer.Module.parameters()).Select(parameter => parameter.Handle).ToHashSet();
        return _network.parameters().Where(parameter => !replaced.Contains(parameter.Handle)).Concat(_layers.SelectMany(layer => layer.Parameters)).ToArray();
    }

    /// <summary>One step of training weights, proportions and intervals.</summary>
    /// <returns>The expected cost, relative to full precision.</returns>
    public double Step(optim.Optimizer optimizer, Tensor input, Tensor target, double lambda)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var cost = RelativeBops();
        (functional.cross_entropy(_network.call(input), target) + (cost.log() * lambda)).backward();
        foreach (var interval in Intervals)
        {
            interval.Step(1e-3);
        }

        _ = optimizer.step();
        return cost.item<float>();
    }

    /// <summary>The expected bit-operations, relative to full precision: a differentiable scalar.</summary>
    public Tensor RelativeBops()
    {
        var full = _layers.Sum(layer => layer.Layer.Shape.FullPrecision(CostKind.Bops));
        return stack(_layers.Select(layer => layer.ExpectedBops())).sum() / full;
    }

    /// <summary>Copies each chosen path's weights into the network, and ends the paths.</summary>
    public void Collapse()
    {
        using var noGradient = no_grad();
        foreach (var layer in _layers)
        {
            layer.CopyChosen();
        }

        _hooks.Dispose();
    }

    public void Dispose() => _hooks.Dispose();

    /// <summary>A layer's paths.</summary>
    private sealed class PathLayer
    {
        private readonly TensorQuantizer[] _weightQuantizers = [.. BitChain.Default.Select(bits => new TensorQuantizer(BitChain.Of(bits)))];
        private readonly TensorQuantizer[] _inputQuantizers = [.. BitChain.Default.Select(bits => new TensorQuantizer(BitChain.Of(bits)))];
        private readonly Parameter[] _weights;
        private readonly Parameter[] _biases;
        private readonly Parameter _logits = Parameter(zeros(BitChain.Default.Count));
        private bool _calibrated;

        public PathLayer(WeightedLayer layer)
        {
            Layer = layer;
            _weights = [.. BitChain.Default.Select(_ => Parameter(layer.Weight.detach().clone()))];
            _biases = layer.Bias is null ? [] : [.. BitChain.Default.Select(_ => Parameter(layer.Bias.detach().clone()))];
        }

        public WeightedLayer Layer { get; }

        public IEnumerable<Parameter> Parameters => [.. _weights, .. _biases, _logits];

        public IEnumerable<TrainedScalar> Intervals => _weightQuantizers.Concat(_inputQuantizers).Select(quantizer => quantizer.Interval);

        public int Chosen => BitChain.Default[(int)_logits.argmax().item<long>()];

        public Tensor Run(Tensor input)
        {
            if (!_calibrated)
            {
                Calibrate(input);
            }

            var shares = functional.softmax(_logits, 0);
            var sum = Path(0, input) * shares[0];
            for (var k = 1; k < _weights.Length; k++)
            {
                sum = sum.add(Path(k, input) * shares[k]);
            }

            return sum;
        }

        public Tensor ExpectedBops()
        {
            var bops = BitChain.Default.Select(bits => (float)((double)Layer.Shape.Macs * bits * bits)).ToArray();
            return functional.softmax(_logits, 0).mul(tensor(bops)).sum();
        }

        public void CopyChosen()
        {
            var path = (int)_logits.argmax().item<long>();
            _ = Layer.Weight.copy_(_weights[path]);
            if (Layer.Bias is not null)
            {
                _ = Layer.Bias.copy_(_biases[path]);
            }
        }

        private void Calibrate(Tensor input)
        {
            using var noGradient = no_grad();
            var grid = input.min().item<float>() < 0 ? QuantizationGrid.Symmetric : QuantizationGrid.Unsigned;
            for (var k = 0; k < _weights.Length; k++)
            {
                _weightQuantizers[k].Fit(_weights[k], QuantizationGrid.Symmetric);
                _inputQuantizers[k].Fit(input, grid);
            }

            _calibrated = true;
        }

        private Tensor Path(int k, Tensor input)
        {
            var weight = QuantizeFunction.Quantize(_weights[k], _weightQuantizers[k], measure: false);
            var x = QuantizeFunction.Quantize(input, _inputQuantizers[k], measure: false);
            var bias = _biases.Length == 0 ? null : _biases[k];
            return Layer.Module is Convolution convolution
                ? functional.conv2d(x, weight, bias, convolution.stride, convolution.padding, convolution.dilation, convolution.groups)
                : functional.linear(x, weight, bias);
        }
    }
}
