using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Linear = TorchSharp.Modules.Linear;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Checks;

/// <summary>A convolution or linear layer of a loaded network, with what went in and out of it.</summary>
internal sealed class CountedLayer
{
    private readonly Module<Tensor, Tensor> _module;
    private readonly int _groups;
    private readonly long _kernel;
    private readonly bool _isTransposed;

    public CountedLayer(string name, Module<Tensor, Tensor> module)
    {
        (Name, _module) = (name, module);
        if (module is Convolution convolution)
        {
            (Filters, Inputs, _groups, _isTransposed) = ((int)convolution.out_channels, (int)convolution.in_channels, (int)convolution.groups, convolution.transposed);
            Weight = convolution.weight!;
            HasBias = convolution.bias is not null;
        }
        else
        {
            var linear = (Linear)module;
            (Filters, Inputs, _groups) = ((int)linear.weight!.shape[0], (int)linear.weight.shape[1], 1);
            Weight = linear.weight;
            HasBias = linear.bias is not null;
        }

        _kernel = Weight.shape[2..].Aggregate(1L, (product, side) => product * side);
    }

    public string Name { get; }

    public int Filters { get; }

    public int Inputs { get; }

    public bool HasBias { get; }

    public Tensor Weight { get; }

    /// <summary>How often each weight was used since the last <see cref="Reset"/>.</summary>
    public long Places { get; private set; }

    /// <summary>Input channels that were not zero somewhere.</summary>
    public bool[] Seen { get; private set; } = [];

    /// <summary>Filters whose output was not zero somewhere.</summary>
    public bool[] Given { get; private set; } = [];

    /// <summary>The most different values in one input.</summary>
    public int Levels { get; private set; }

    /// <summary>Whether it is called at all.</summary>
    public bool IsCalled { get; private set; }

    /// <summary>Random numbers take the place of these input channels.</summary>
    public IReadOnlyCollection<int>? Garbage { get; set; }

    /// <summary>Watches what comes in, before a quantiser that is hooked later does.</summary>
    public void WatchInputs()
    {
        Reset();
        _ = _module.register_forward_pre_hook((_, input) =>
        {
            using var noGradient = no_grad();
            Seen = Or(Seen, NotZero(input, Dimension(input)));
            return input;
        });
    }

    /// <summary>Watches what goes out.</summary>
    public void WatchOutputs()
    {
        _ = _module.register_forward_pre_hook((_, input) =>
        {
            if (Garbage is null || Garbage.Count == 0)
            {
                return input;
            }

            using var noGradient = no_grad();
            var changed = input.clone();
            foreach (var channel in Garbage)
            {
                changed.select(Dimension(input), channel).normal_().Dispose();
            }

            return changed;
        });
        _ = _module.register_forward_hook((_, input, output) =>
        {
            using var noGradient = no_grad();
            IsCalled = true;
            var (places, channels) = _isTransposed ? (input, Inputs) : (output, Filters);
            Places += places.numel() / channels;
            Given = Or(Given, NotZero(output, Dimension(output)));
            if (Garbage is null)
            {
                Levels = Math.Max(Levels, Different(input));
            }

            return output;
        });
    }

    public void Reset()
    {
        (Places, Levels) = (0, 0);
        (Seen, Given) = (new bool[Inputs], new bool[Filters]);
    }

    /// <summary>Pairs of these filters and inputs that lie in one group, times the kernel.</summary>
    public long Weights(IReadOnlySet<int> filters, IReadOnlySet<int> inputs) => _kernel * Enumerable.Range(0, _groups)
        .Sum(group => (long)filters.Count(filter => filter / (Filters / _groups) == group) * inputs.Count(input => input / (Inputs / _groups) == group));

    /// <summary>Weights of the whole layer.</summary>
    public long AllWeights() => Weights(Enumerable.Range(0, Filters).ToHashSet(), Enumerable.Range(0, Inputs).ToHashSet());

    public int WeightLevels() => Different(Weight);

    private int Dimension(Tensor tensor) => _module is Linear ? (int)tensor.dim() - 1 : (int)(tensor.dim() - (Weight.dim() - 2) - 1);

    private static int Different(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray().Select(value => value == 0 ? 0 : value).Distinct().Count();

    private static bool[] NotZero(Tensor tensor, int dimension) => tensor.detach().movedim([dimension], [0]).flatten(1).ne(0).any(1).data<bool>().ToArray();

    private static bool[] Or(bool[] a, bool[] b) => [.. a.Zip(b, (x, y) => x | y)];
}
