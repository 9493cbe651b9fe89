using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Gates;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>The filters of one layer: which of them stay, and what training asks of that.</summary>
/// <param name="layer">The layer.</param>
internal sealed class LayerFilters(WeightedLayer layer)
{
    private readonly bool[] _kept = [.. Enumerable.Repeat(true, layer.Shape.Filters)];
    private readonly bool[] _mayGo = new bool[layer.Shape.Filters];

    /// <summary>What decides about them, with other layers' maybe; null where nothing may be pruned.</summary>
    public IGates? Gates { get; private set; }

    /// <summary>Whether filters may be pruned at all.</summary>
    public bool CanPrune => Gates is not null;

    /// <summary>For each filter whether it stays.</summary>
    public IReadOnlyList<bool> Kept => _kept;

    /// <summary>∂L/∂g_c for each filter, gathered since the last step.</summary>
    public double[] Gradients { get; } = new double[layer.Shape.Filters];

    /// <summary>How many weights a filter has.</summary>
    public long WeightsOfFilter { get; } = layer.Weight.numel() / layer.Shape.Filters;

    /// <summary>Whether a filter may be pruned.</summary>
    public bool MayGo(int filter) => _mayGo[filter];

    /// <summary>Says what decides about filters from here on.</summary>
    /// <param name="gates">The gates of all filters that are decided with them.</param>
    /// <param name="filters">Those that may go.</param>
    public void DecidedBy(IGates gates, IEnumerable<int> filters)
    {
        foreach (var filter in filters)
        {
            (Gates, _mayGo[filter]) = (gates, true);
        }
    }

    /// <summary>Fixes which filters stay.</summary>
    public void Freeze(IReadOnlyList<bool> kept)
    {
        for (var c = 0; c < _kept.Length; c++)
        {
            _kept[c] = kept[c];
        }
    }

    /// <summary>Writes what lasts from one step to the next, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        for (var c = 0; c < _kept.Length; c++)
        {
            _kept[c] = state.Flag(_kept[c]);
        }
    }

    /// <summary>Mean |w| of each filter, and of all.</summary>
    public (double[] Filters, double Mean) Magnitudes()
    {
        using var scope = NewDisposeScope();
        var filters = RowKernel.MeanMagnitudes(layer.Layout.ToFilters(layer.Weight.detach()));
        return (filters, Divergence.RequireScale(filters.Average(), $"a weight of layer '{layer.Shape.Name}'"));
    }

    /// <summary>Adds what gates ask of the weights to the weights' gradient.</summary>
    /// <param name="pull">For each filter ∂L/∂|w| of each of its weights.</param>
    public void Pull(float[] pull)
    {
        if (layer.Weight.grad is not { } gradient)
        {
            return;
        }

        using (gradient)
        {
            AddSigns(gradient, pull);
        }
    }

    /// <summary>Starts a new step.</summary>
    public void ForgetGradients() => Array.Clear(Gradients);

    private void AddSigns(Tensor gradient, float[] pull)
    {
        if (!layer.Layout.IsTransposed)
        {
            RowKernel.AddSigns(gradient, layer.Weight, pull);
            return;
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _ = gradient.add_(layer.Weight.sign().mul_(layer.Layout.Along(tensor(pull, device: gradient.device), layer.Weight)));
    }
}
