using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Search.Onnx;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>Makes the parts of a network from what an ONNX file holds. What is constant is computed at once.</summary>
internal sealed class NetworkReader
{
    private const long FirstOpset = 7;
    private const long LastOpset = 25;

    private readonly string _file;
    private readonly OnnxGraph _graph;
    private readonly long _opset;
    private readonly LayerNames _names = new();
    private readonly Dictionary<string, Tensor> _constants = new(StringComparer.Ordinal);
    private readonly List<NetworkStep> _steps = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    private readonly bool _runsQuantized;

    private NetworkReader(OnnxModel model, string file, bool runsQuantized) =>
        (_file, _graph, _opset, _runsQuantized) = (file, BiasFusion.Apply(model.Graph), OpsetOf(model, file), runsQuantized);

    /// <summary>Reads a network.</summary>
    /// <param name="model">What the file holds.</param>
    /// <param name="file">What messages call the file.</param>
    /// <param name="runsQuantized">Whether nodes that quantise run, too.</param>
    /// <exception cref="AbsException">ABS6002: it has something that is not read. ABS6003: its parts do not fit together.</exception>
    public static NetworkParts Read(OnnxModel model, string file, bool runsQuantized = false) => new NetworkReader(model, file, runsQuantized).Read();

    private static long OpsetOf(OnnxModel model, string file)
    {
        var version = model.Opsets.FirstOrDefault(opset => opset.Domain is "" or Operators.Domain)?.Version
            ?? throw new AbsException(AbsCodes.InvalidOnnx, $"'{Printable.Escape(file)}': the version of the operators is not stated; export it again.");
        return version is >= FirstOpset and <= LastOpset ? version : throw new AbsException(
            AbsCodes.UnsupportedOnnx,
            $"'{Printable.Escape(file)}': operators of version {version} are not read; export it with opset_version {FirstOpset} to {LastOpset}.");
    }

    private NetworkParts Read()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var order = GraphOrder.Of(_graph, _file);
        var inputs = Inputs();
        _used.UnionWith(order.SelectMany(node => node.Inputs).Concat(_graph.Outputs.Select(output => output.Name)));
        foreach (var initializer in _graph.Initializers.Where(initializer => _used.Contains(initializer.Name)))
        {
            _constants.Add(initializer.Name, ConstantTensors.Of(initializer) ?? throw Unsupported($"constant '{Printable.Escape(initializer.Name)}' is of {initializer.Type.Name()}, which is not read"));
        }

        var layers = new LayerRegister(_names);
        foreach (var node in order)
        {
            Add(node, layers, FixedBatch(inputs));
        }

        return Parts(inputs, layers);
    }

    private List<OnnxValueInfo> Inputs()
    {
        var constants = _graph.Initializers.Select(initializer => initializer.Name).ToHashSet(StringComparer.Ordinal);
        var inputs = _graph.Inputs.Where(input => !constants.Contains(input.Name)).ToList();
        if (inputs.Count == 0 || _graph.Outputs.Count == 0)
        {
            throw Unsupported($"the network has no {(inputs.Count == 0 ? "input" : "output")}");
        }

        return inputs.Find(input => ConstantTensors.TypeOf(input.Type) is null) is { } other
            ? throw Unsupported($"input '{Printable.Escape(other.Name)}' is of {other.Type.Name()}, which is not read")
            : inputs;
    }

    private static long? FixedBatch(List<OnnxValueInfo> inputs) => inputs[0].Dims is [{ Size: { } size }, ..] ? size : null;

    private void Add(OnnxNode node, LayerRegister layers, long? fixedBatch)
    {
        var isConstant = node.Inputs.All(input => input.Length == 0 || _constants.ContainsKey(input))
            && FoldedSize.IsFit(node, [.. node.Inputs.Select(input => _constants.GetValueOrDefault(input))]);

        // What is computed at once leaves no layer behind.
        var setup = new NodeSetup(_file, node, _opset, _constants, isConstant ? new LayerRegister(new LayerNames()) : layers) { FixedBatch = fixedBatch, RunsQuantized = _runsQuantized };
        var operation = Operators.Set(node, setup, _used);
        if (isConstant)
        {
            Fold(node, operation, setup);
        }
        else
        {
            // A layer has taken its weights: they need no second place.
            _steps.Add(new NetworkStep(NodeLabel.Of(node), operation, setup.IsLayer ? [node.Inputs[0]] : node.Inputs, node.Outputs));
        }
    }

    private void Fold(OnnxNode node, Operation operation, NodeSetup setup)
    {
        Tensor[] results;
        try
        {
            results = operation(new NodeInputs([.. node.Inputs.Select(input => _constants.GetValueOrDefault(input))], null, setup.Unfit));
        }
        catch (Exception exception) when (exception is not AbsException)
        {
            throw setup.Unfit($"it cannot be computed ({exception.Message.Split('\n')[0].TrimEnd('.')})");
        }

        for (var i = 0; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i].Length > 0 && i < results.Length)
            {
                _constants.Add(node.Outputs[i], results[i]);
            }
        }
    }

    private NetworkParts Parts(List<OnnxValueInfo> inputs, LayerRegister layers)
    {
        var tensors = new List<(string Name, Tensor Value)>();
        var buffers = new Dictionary<string, string>(StringComparer.Ordinal);
        var constants = new Dictionary<string, HostConstant>(StringComparer.Ordinal);
        foreach (var name in _steps.SelectMany(step => step.Inputs).Concat(_graph.Outputs.Select(output => output.Name)).Distinct(StringComparer.Ordinal))
        {
            if (!_constants.TryGetValue(name, out var value))
            {
                continue;
            }

            if (value.is_floating_point())
            {
                // The network's own: neither the file's nor another buffer's memory.
                tensors.Add((_names.Unique(name), value.clone().DetachFromDisposeScope()));
                buffers.Add(name, tensors[^1].Name);
            }
            else
            {
                constants.Add(name, HostConstant.Of(value));
            }
        }

        return new NetworkParts(_file, inputs, _graph.Outputs, _steps, layers.All, tensors, buffers, constants);
    }

    private AbsException Unsupported(string problem) => new(AbsCodes.UnsupportedOnnx, $"'{Printable.Escape(_file)}': {problem}.");
}
