using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Gates;
using AbsBuildTasks.Search.Structure;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// The gates of a set of filters, one for each unit: whether a unit stays may depend on the mean |w| of its filters,
/// relative to their layers'.
/// </summary>
internal sealed class FilterGates
{
    // Thresholds start just below the weakest unit, so that pruning is a choice from the first step on.
    private const double InitialShare = 0.9;

    private readonly LayerFilters[] _layers;
    private readonly bool[] _open;
    private readonly double[] _means;
    private double[] _norms = [];

    /// <summary>Creates the gates of a set of which filters may go, all open.</summary>
    /// <param name="set">The set.</param>
    /// <param name="layers">The filters of the network's layers, in call order.</param>
    /// <param name="gates">How gates decide.</param>
    public FilterGates(FilterSet set, IReadOnlyList<LayerFilters> layers, GateKind gates)
    {
        Set = set;
        _layers = [.. set.Layers.Select(layer => layers[layer])];
        _means = new double[_layers.Length];
        _open = new bool[set.Units.Count];
        Gates = gates == GateKind.Logit ? new LogitGates(_open.Length) : new ThresholdGates(_open.Length, shared: true, InitialShare);
        foreach (var part in set.Units.Where(unit => !unit.Stays).SelectMany(unit => unit.Parts))
        {
            layers[part.Layer].DecidedBy(Gates, part.Filters);
        }
    }

    /// <summary>The filters.</summary>
    public FilterSet Set { get; }

    /// <summary>g of each unit.</summary>
    public IGates Gates { get; }

    /// <summary>Opens all gates, by the weights as they are.</summary>
    public void Calibrate()
    {
        Gates.Start(Norms());
        Measure(training: false);
    }

    /// <summary>Opens and closes gates by the weights as they are.</summary>
    /// <param name="training">Whether chance may take part.</param>
    public void Measure(bool training)
    {
        // The strongest units of each layer stay however far the threshold has risen.
        _norms = Norms();
        var kept = new bool[_open.Length];
        var highest = double.NegativeInfinity;
        foreach (var (units, least) in Set.LeastUnits)
        {
            var floor = units.Select(unit => _norms[unit]).OrderDescending().ElementAt(least - 1);
            highest = double.IsPositiveInfinity(floor) ? highest : Math.Max(highest, floor);
            foreach (var unit in units.Where(unit => _norms[unit] >= floor))
            {
                kept[unit] = true;
            }
        }

        // What runs away beyond the floor would take long to come back. A layer that keeps all has no floor to tell.
        Gates.Limit(highest);
        Gates.Choose(_norms, training, _open);
        Keep(Set.Raised([.. kept.Zip(_open, (stays, open) => stays || open)], StrongestFirst()));
    }

    /// <summary>All units, the weakest first.</summary>
    public IReadOnlyList<int> WeakestFirst()
    {
        var norms = Norms();
        return [.. Enumerable.Range(0, norms.Length).OrderBy(unit => norms[unit]).ThenBy(unit => unit)];
    }

    /// <summary>Writes what lasts from one step to the next, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        foreach (var parameter in Gates.Parameters)
        {
            parameter.Exchange(state);
        }
    }

    /// <summary>
    /// Mean |w| of each unit's filters relative to their layer's, <c>[units]</c>, and the mean of that over its layers;
    /// infinite where the unit stays in any case.
    /// </summary>
    public double[] Norms()
    {
        var magnitudes = new double[_layers.Length][];
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            (magnitudes[layer], _means[layer]) = _layers[layer].Magnitudes();
        }

        var norms = new double[_open.Length];
        foreach (var (unit, layer, filters) in Set.Parts)
        {
            norms[unit] += SumOf(filters, magnitudes[layer]) / filters.Length / _means[layer];
        }

        for (var unit = 0; unit < norms.Length; unit++)
        {
            norms[unit] = Set.Units[unit].Stays ? double.PositiveInfinity : norms[unit] / Set.Units[unit].Parts.Count;
        }

        return norms;
    }

    /// <summary>
    /// Passes the gates their gradients, those of all their filters, and turns them into what the gates ask of the weights:
    /// ∂L/∂w = Σ ∂L/∂g·∂g/∂A·∂A/∂w.
    /// </summary>
    public void CollectGradients()
    {
        var gradients = new double[_open.Length];
        foreach (var (unit, layer, filters) in Set.Parts)
        {
            gradients[unit] += SumOf(filters, _layers[layer].Gradients);
        }

        for (var unit = 0; unit < gradients.Length; unit++)
        {
            gradients[unit] = Gates.Collect(unit, _norms[unit], gradients[unit]);
        }

        float[][] pulls = [.. _layers.Select(layer => new float[layer.Kept.Count])];
        foreach (var (unit, layer, filters) in Set.Parts)
        {
            var pull = (float)(gradients[unit] / (Set.Units[unit].Parts.Count * filters.Length * _layers[layer].WeightsOfFilter * _means[layer]));
            foreach (var filter in filters)
            {
                pulls[layer][filter] = pull;
            }
        }

        for (var layer = 0; layer < pulls.Length; layer++)
        {
            _layers[layer].Pull(pulls[layer]);
        }
    }

    /// <summary>Sorted only where they are asked for: seldom in a step.</summary>
    private IEnumerable<int> StrongestFirst() => Enumerable.Range(0, _norms.Length).OrderByDescending(unit => _norms[unit]).ThenByDescending(unit => unit);

    private void Keep(bool[] units)
    {
        var kept = Set.ByLayer(units);
        foreach (var (place, layer) in Set.Layers.Index())
        {
            _layers[place].Freeze(kept[layer]);
        }
    }

    private static double SumOf(int[] filters, double[] values)
    {
        var sum = 0.0;
        foreach (var filter in filters)
        {
            sum += values[filter];
        }

        return sum;
    }
}
