using AbsBuildTasks.Search.Layers;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Structure;

/// <summary>What modules with several weights do with their filters inside, where no hook sees: by places in the order of layers.</summary>
internal sealed class InnerFlow
{
    private readonly IReadOnlyList<WeightedLayer> _layers;
    private readonly Dictionary<(Module Module, string Weight), int> _places = [];
    private readonly FilterIndex[]?[] _units;

    /// <summary>Asks the layers.</summary>
    public InnerFlow(IReadOnlyList<WeightedLayer> layers)
    {
        _layers = layers;
        foreach (var (place, layer) in layers.Index().Where(layer => layer.Item.Kind.Suffix.Length > 0))
        {
            _places[(layer.Module, layer.Kind.Suffix[1..])] = place;
        }

        _units = [.. layers.Select(layer => layer.Kind.UnitOf(layer.Module, 0) is null ? null : Enumerable.Range(0, layer.Shape.Filters).Select(filter => At(layer, layer.Kind.UnitOf(layer.Module, filter)!.Value)).ToArray())];
        Inputs = [.. layers.Select(layer => layer.Kind.InnerInputsOf(layer.Module).Select(input => At(layer, input)).ToArray())];
    }

    /// <summary>For each layer the filters that give its input channels inside the module; none where they come from outside.</summary>
    public IReadOnlyList<IReadOnlyList<FilterIndex>> Inputs { get; }

    /// <summary>The filter that stands for all that a filter stays and goes with; the filter itself where it is alone.</summary>
    public FilterIndex UnitOf(FilterIndex filter) => _units[filter.Layer]?[filter.Filter] ?? filter;

    /// <summary>The filters that give the channels of a result of a layer's module, as <see cref="LayerKind.ResultsOf"/> has them.</summary>
    public IReadOnlyList<IReadOnlyList<FilterIndex>> ResultsOf(int layer, int result) =>
        [.. _layers[layer].Kind.ResultsOf(_layers[layer].Module, result).Select(row => row.Select(filter => At(_layers[layer], filter)).ToArray())];

    /// <summary>The layers that are weights of the same module.</summary>
    public IReadOnlyList<int> WithModuleOf(int layer) => [.. Enumerable.Range(0, _layers.Count).Where(other => _layers[other].Module == _layers[layer].Module)];

    private FilterIndex At(WeightedLayer layer, InnerFilter filter) => new(_places[(layer.Module, filter.Weight)], filter.Filter);
}
