using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Linear = TorchSharp.Modules.Linear;

namespace AbsBuildTasks.Search.Tests.RandomNetworks.Checks;

/// <summary>A weight of a loaded network, with what went in and out of its module.</summary>
internal sealed class CountedLayer
{
    private readonly Module? _module;
    private readonly int _groups = 1;
    private readonly long _kernel;
    private readonly bool _isTransposed;
    private readonly bool _seesInput = true;
    private readonly bool _givesFilters = true;

    /// <summary>A convolution or linear layer.</summary>
    public CountedLayer(string name, Module<Tensor, Tensor> module)
    {
        (Name, _module) = (name, module);
        if (module is Convolution convolution)
        {
            (Filters, Inputs, _groups, _isTransposed) = ((int)convolution.out_channels, (int)convolution.in_channels, (int)convolution.groups, convolution.transposed);
            Weight = convolution.weight!;
            HasBias = convolution.bias is not null;
        }
        else if (module is Embedding embedding)
        {
            Weight = embedding.weight!;
            (Inputs, Filters, _seesInput) = ((int)Weight.shape[0], (int)Weight.shape[1], false);
        }
        else
        {
            var linear = (Linear)module;
            (Filters, Inputs) = ((int)linear.weight!.shape[0], (int)linear.weight.shape[1]);
            Weight = linear.weight;
            HasBias = linear.bias is not null;
        }

        _kernel = Weight.shape[2..].Aggregate(1L, (product, side) => product * side);
    }

    /// <summary>A weight of a recurrent layer, or of attention whose queries, keys and values are as many.</summary>
    public CountedLayer(string name, Module module, string weight)
    {
        (Name, _module, _kernel, _givesFilters) = (name, module, 1, false);
        var parameters = module.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        Weight = parameters[weight];
        (Filters, Inputs) = ((int)Weight.shape[0], (int)Weight.shape[1]);
        HasBias = parameters.ContainsKey(weight.Replace("weight", "bias", StringComparison.Ordinal));

        // The others meet what torch keeps inside.
        _seesInput = weight is "weight_ih" or "weight_ih_l0" or "weight_ih_l0_reverse";
    }

    /// <summary>A parameter that no layer has: nothing is called for it.</summary>
    public CountedLayer(string name, Parameter weight)
    {
        (Name, Weight, _seesInput, IsCalled) = (name, weight, false, true);
        (Filters, Inputs) = ((int)weight.shape[0], weight.dim() > 1 ? (int)weight.shape[1] : 1);
        _kernel = weight.numel() / Filters / Inputs;
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
        if (!_seesInput)
        {
            return;
        }

        CallHooks.Before(_module!, input =>
        {
            using var noGradient = no_grad();
            Seen = Or(Seen, NotZero(input, Dimension(input)));
            return input;
        });
    }

    /// <summary>Watches what goes out.</summary>
    public void WatchOutputs()
    {
        if (_module is null)
        {
            return;
        }

        if (_seesInput)
        {
            CallHooks.Before(_module, WithGarbage);
        }

        CallHooks.After(_module, (input, output) =>
        {
            using var noGradient = no_grad();
            IsCalled = true;
            Places += PlacesOf(input, output);
            if (_givesFilters)
            {
                Given = Or(Given, NotZero(output, Dimension(output)));
            }

            if (Garbage is null && _seesInput)
            {
                Levels = Math.Max(Levels, Different(input));
            }
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

    private Tensor WithGarbage(Tensor input)
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
    }

    private long PlacesOf(Tensor input, Tensor output) => _module is TorchSharp.Modules.Embedding ? 0
        : _isTransposed || !_givesFilters ? input.numel() / input.shape[Dimension(input)]
        : output.numel() / Filters;

    private int Dimension(Tensor tensor) => _module is Convolution ? (int)(tensor.dim() - (Weight.dim() - 2) - 1) : (int)tensor.dim() - 1;

    private static int Different(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray().Select(value => value == 0 ? 0 : value).Distinct().Count();

    private static bool[] NotZero(Tensor tensor, int dimension) => tensor.detach().movedim([dimension], [0]).flatten(1).ne(0).any(1).data<bool>().ToArray();

    private static bool[] Or(bool[] a, bool[] b) => [.. a.Zip(b, (x, y) => x | y)];
}
