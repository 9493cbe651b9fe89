using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Search.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Import;

/// <summary>A node while it is set up: its attributes, and those of its inputs that are constant.</summary>
/// <param name="file">What messages call the file.</param>
/// <param name="node">The node.</param>
/// <param name="opset">The version of the operators.</param>
/// <param name="constants">The constants by name.</param>
/// <param name="layers">Takes the layers that nodes become.</param>
internal sealed class NodeSetup(string file, OnnxNode node, long opset, IReadOnlyDictionary<string, Tensor> constants, LayerRegister layers)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>The version of the operators.</summary>
    public long Opset => opset;

    /// <summary>The number of outputs that are wanted, with those left out between others.</summary>
    public int Outputs => node.Outputs.Count;

    /// <summary>Whether the node has become a layer, which has taken all inputs but the first.</summary>
    public bool IsLayer { get; private set; }

    /// <summary>The examples that the file was exported for, where it states a number.</summary>
    public long? FixedBatch { get; init; }

    /// <summary>Whether an input is there.</summary>
    public bool Has(int input) => input < node.Inputs.Count && node.Inputs[input].Length > 0;

    /// <summary>An input that does not depend on the network's; null where it does, or is left out.</summary>
    public Tensor? Constant(int input) => Has(input) ? constants.GetValueOrDefault(node.Inputs[input]) : null;

    /// <summary>An input that must be constant, such as a weight.</summary>
    /// <exception cref="AbsException">ABS6002: it depends on the network's inputs.</exception>
    public Tensor Weight(int input) => Constant(input) ?? throw Refuse($"input {input} must be a constant of the file");

    /// <summary>Whether the node has an attribute.</summary>
    public bool HasAttribute(string name) => node.Attributes.Any(attribute => attribute.Name == name);

    /// <summary>An attribute that is a whole number.</summary>
    public long Int(string name, long otherwise) => Find(name, otherwise);

    /// <summary>An attribute that is true or false.</summary>
    public bool Flag(string name, bool otherwise = false) => Find(name, otherwise ? 1L : 0) != 0;

    /// <summary>An attribute that is a number with a fraction.</summary>
    public float Float(string name, float otherwise) => Find(name, otherwise);

    /// <summary>An attribute that is a text.</summary>
    public string Text(string name, string otherwise) => Find(name, otherwise);

    /// <summary>An attribute that is a list of whole numbers; null where it is left out.</summary>
    public long[]? Ints(string name) => Find<long[]?>(name, null);

    /// <summary>An attribute that is a list of numbers with fractions; null where it is left out.</summary>
    public float[]? Floats(string name) => Find<float[]?>(name, null);

    /// <summary>An attribute that is a tensor; null where it is left out.</summary>
    public OnnxTensor? Tensor(string name) => Find<OnnxTensor?>(name, null);

    /// <summary>Takes note of an attribute that changes no result.</summary>
    public void Ignore(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            _ = _read.Add(name);
        }
    }

    /// <summary>A layer of the network: the same for nodes that do the same with the same weights.</summary>
    public T Layer<T>(Func<T> make)
        where T : Module<Tensor, Tensor>
    {
        IsLayer = true;
        return layers.Get(node, make);
    }

    /// <summary>The failure that the node asks for something that is not read.</summary>
    /// <param name="problem">What it asks for.</param>
    public AbsException Refuse(string problem) => Refuse(AbsCodes.UnsupportedOnnx, problem);

    /// <summary>The failure that the node does not fit its inputs.</summary>
    /// <param name="problem">What does not fit.</param>
    public AbsException Unfit(string problem) => Refuse(AbsCodes.InvalidOnnx, problem);

    /// <summary>Makes sure that nothing that the node asks for is left out.</summary>
    /// <exception cref="AbsException">ABS6002: an attribute was not asked for.</exception>
    public void CheckAllRead()
    {
        if (node.Attributes.FirstOrDefault(attribute => !_read.Contains(attribute.Name)) is { } extra)
        {
            throw Refuse($"its attribute '{Printable.Escape(extra.Name)}' is not read");
        }
    }

    private T Find<T>(string name, T otherwise)
    {
        _ = _read.Add(name);
        var found = node.Attributes.FirstOrDefault(attribute => attribute.Name == name);
        return found?.Value switch
        {
            null => otherwise,
            T value => value,
            OnnxUnsupported other => throw Refuse($"its attribute '{name}' is {other.Kind}"),
            _ => throw Unfit($"its attribute '{name}' is of another kind than the operator takes"),
        };
    }

    private AbsException Refuse(string code, string problem) => new(code, $"'{Printable.Escape(file)}', {NodeLabel.Of(node)}: {problem}.");
}
