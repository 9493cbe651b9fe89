using AbsBuildTasks.Search.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Import;

/// <summary>The layers that nodes become, each under a name of its own.</summary>
internal sealed class LayerRegister
{
    private readonly Dictionary<string, Module<Tensor, Tensor>> _known = new(StringComparer.Ordinal);
    private readonly List<(string Name, Module<Tensor, Tensor> Module)> _layers = [];
    private readonly LayerNames _names;

    /// <summary>Begins without layers.</summary>
    /// <param name="names">Gives names to them.</param>
    public LayerRegister(LayerNames names) => _names = names;

    /// <summary>The layers, in the order in which they run.</summary>
    public IReadOnlyList<(string Name, Module<Tensor, Tensor> Module)> All => _layers;

    /// <summary>The layer of a node, which an earlier node with the same weights may have made.</summary>
    public T Get<T>(OnnxNode node, Func<T> make)
        where T : Module<Tensor, Tensor>
    {
        var key = Key(node);
        if (_known.TryGetValue(key, out var known))
        {
            return (T)known;
        }

        var layer = make();
        foreach (var value in layer.parameters().Concat(layer.buffers()))
        {
            // The layer outlives the reading.
            _ = value.DetachFromDisposeScope();
        }

        _known.Add(key, layer);
        _layers.Add((_names.Of(node), layer));
        return layer;
    }

    // All but the input and the results.
    private static string Key(OnnxNode node)
    {
        var writer = new ProtoWriter();
        new OnnxNode { OpType = node.OpType, Inputs = [.. node.Inputs.Skip(1)], Attributes = node.Attributes }.Write(writer);
        return Convert.ToBase64String(writer.Content.Span);
    }
}
