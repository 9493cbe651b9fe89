using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Layers;

/// <summary>The kinds of modules that a search knows.</summary>
/// <param name="rows">No module is of two of them.</param>
internal sealed class LayerKinds(params IReadOnlyList<IModuleRow> rows)
{
    /// <summary>All kinds that there are; modules of other kinds run as they are.</summary>
    public static LayerKinds All { get; } = new(
        new ConvolutionKind(),
        new TransposedConvolutionKind(),
        new LinearKind(),
        new EmbeddingKind(),
        new RecurrentLayers(),
        new AttentionLayers(),
        new BilinearKind(),
        new BatchNormKind(),
        new InstanceNormKind(),
        new OwnParameters());

    /// <summary>A module's kinds, one for each weight of a layer that has several; none where it is not known.</summary>
    public IReadOnlyList<ModuleKind> Of(Module module) => rows.FirstOrDefault(row => row.Is(module))?.KindsOf(module) ?? [];

    /// <summary>Whether a module is of a kind whose calls use its weights.</summary>
    public bool Know(Module module) => rows.Any(row => row.Is(module)) && !Of(module).All(kind => kind is LayerKind { HasCall: false });

    /// <summary>All that is known of a network, under each of its names. Of the network itself these are parameters that no layer has.</summary>
    public IEnumerable<KnownModule> In(Module network) => network.named_modules()
        .SelectMany(pair => Of(pair.module).Select(kind => new KnownModule(pair.name, pair.module, kind)))
        .Concat(Of(network).Where(kind => kind is LayerKind { HasCall: false }).Select(kind => new KnownModule("", network, kind)));

    /// <summary>The layers of a network, by each name that plans and weights files may know them by.</summary>
    public IReadOnlyDictionary<string, KnownModule> LayersOf(Module network) =>
        In(network).Where(known => known.Kind is LayerKind).ToDictionary(known => known.LayerName, StringComparer.Ordinal);
}
