using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Search.Import;
using AbsBuildTasks.Search.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search;

/// <summary>A network that was read from an ONNX file: a network like any other, which starts with the file's weights.</summary>
/// <remarks>
/// Convolutions, products with constant matrices, and normalisations are layers of TorchSharp, under names made from
/// those in the file. Other constants are buffers, which training leaves as they are. All computes in single precision.
/// The first dimension of each input is free, as long as the file does not fix it behind the inputs.
/// </remarks>
public sealed class OnnxNetwork : Module<Tensor, Tensor>
{
    // Protocol buffers have no more.
    private const long MostBytes = int.MaxValue;

    private readonly NetworkParts _parts;

    private OnnxNetwork(NetworkParts parts)
        : base(nameof(OnnxNetwork))
    {
        // Tensors and modules are torch's alone to keep: it moves and replaces them.
        _parts = parts with { Layers = [], Tensors = [] };
        foreach (var (name, module) in parts.Layers)
        {
            register_module(name, module);
        }

        foreach (var (name, value) in parts.Tensors)
        {
            register_buffer(name, value);
        }
    }

    /// <summary>Whether it has one input and one output.</summary>
    internal bool IsSimple => _parts is { Inputs: [_], Outputs: [_] };

    /// <summary>Reads a network from a file.</summary>
    /// <param name="path">Path of an <c>.onnx</c> file that holds its weights, of operators of version 7 to 25.</param>
    /// <returns>A new network with the file's weights; two of one file have the same names and weights.</returns>
    /// <exception cref="AbsException">
    /// ABS2001: no such file. ABS1008: it cannot be read. ABS6002: it has an operator, an option or a type that is not read; the message
    /// names the node. ABS6003: it is no ONNX file, or its parts do not fit together.
    /// </exception>
    public static OnnxNetwork Load(string path)
    {
        var name = Path.GetFileName(path);
        return new OnnxNetwork(NetworkReader.Read(OnnxModel.Read(Content(path, name), name), name));
    }

    /// <summary>Runs a batch through a network of one input and one output.</summary>
    /// <param name="input"><c>[N, …]</c>.</param>
    /// <returns><c>[N, …]</c>.</returns>
    /// <exception cref="InvalidOperationException">The network has several inputs or outputs, or fails on the batch; the message names the node.</exception>
    public override Tensor forward(Tensor input) => _parts.Outputs.Count == 1
        ? Run([input])[0]
        : throw new InvalidOperationException($"'{Printable.Escape(_parts.File)}' has {_parts.Outputs.Count} outputs; call Run.");

    /// <summary>Runs a batch.</summary>
    /// <param name="inputs">The file's inputs in their order, each <c>[N, …]</c>.</param>
    /// <returns>The file's outputs in their order.</returns>
    /// <exception cref="InvalidOperationException">There are more or fewer inputs, or the network fails on the batch; the message names the node.</exception>
    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != _parts.Inputs.Count)
        {
            throw new InvalidOperationException($"'{Printable.Escape(_parts.File)}' has {_parts.Inputs.Count} inputs ({string.Join(", ", _parts.Inputs.Select(input => Printable.Escape(input.Name)))}), but is given {inputs.Count}.");
        }

        using var scope = NewDisposeScope();
        var values = Start(inputs);
        foreach (var step in _parts.Steps)
        {
            RunStep(step, values, inputs[0].dim() > 0 ? inputs[0].shape[0] : 1);
        }

        var results = new List<Tensor>(_parts.Outputs.Count);
        foreach (var output in _parts.Outputs)
        {
            var value = values[output.Name];
            var isOwn = !inputs.Contains(value, ReferenceEqualityComparer.Instance) && !results.Contains(value, ReferenceEqualityComparer.Instance) && !_parts.Buffers.ContainsKey(output.Name);
            results.Add(isOwn ? value : value.alias());
        }

        CheckBatch(inputs, results);
        return [.. results.Select(result => result.MoveToOuterDisposeScope())];
    }

    private static byte[] Content(string path, string name)
    {
        if (!File.Exists(path))
        {
            throw new AbsException(AbsCodes.DataFileMissing, $"ONNX file '{Printable.Escape(name)}' does not exist; add it, or correct the path.");
        }

        try
        {
            return OrdinaryFile.Length(path) <= MostBytes
                ? OrdinaryFile.ReadAllBytes(path)
                : throw new AbsException(AbsCodes.UnsupportedOnnx, $"'{Printable.Escape(name)}' has more than 2 GB, which no ONNX file can have.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AbsException(AbsCodes.FileAccess, $"ONNX file '{Printable.Escape(name)}' cannot be read ({exception.Message.ReplaceLineEndings(" ")}); close what holds it, or correct its permissions.", exception);
        }
    }

    /// <summary>The values that are there before the first node runs.</summary>
    private Dictionary<string, Tensor> Start(IReadOnlyList<Tensor> inputs)
    {
        var values = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (var i = 0; i < inputs.Count; i++)
        {
            values.Add(_parts.Inputs[i].Name, inputs[i]);
        }

        foreach (var (value, buffer) in _parts.Buffers)
        {
            values.Add(value, get_buffer(buffer)!);
        }

        foreach (var (value, constant) in _parts.Constants)
        {
            values.Add(value, constant.ToTensor());
        }

        return values;
    }

    private void RunStep(NetworkStep step, Dictionary<string, Tensor> values, long batch)
    {
        Tensor[] results;
        try
        {
            results = step.Run(new NodeInputs([.. step.Inputs.Select(input => input.Length == 0 ? null : values[input])], batch, problem => Unfit(step, problem)));
        }
        catch (Exception exception) when (exception is not AbsException && !exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidOperationException($"{step.Label} of '{Printable.Escape(_parts.File)}' fails: {exception.Message}", exception);
        }

        for (var i = 0; i < step.Outputs.Count; i++)
        {
            if (step.Outputs[i].Length > 0 && i < results.Length)
            {
                values[step.Outputs[i]] = results[i];
            }
        }
    }

    private AbsException Unfit(NetworkStep step, string problem) => new(AbsCodes.InvalidOnnx, $"'{Printable.Escape(_parts.File)}', {step.Label}: {problem}.");

    /// <summary>Makes sure that what came out is of the examples that went in: a file may have their number in the midst of it.</summary>
    private void CheckBatch(IReadOnlyList<Tensor> inputs, List<Tensor> results)
    {
        if (_parts.Inputs[0].Dims is not [var declared, ..] || declared is { Size: null, Name: "" })
        {
            return;
        }

        for (var i = 0; i < results.Count; i++)
        {
            if (_parts.Outputs[i].Dims is [var first, ..] && first == declared && results[i].dim() > 0 && results[i].shape[0] != inputs[0].shape[0])
            {
                throw new AbsException(
                    AbsCodes.UnsupportedOnnx,
                    $"'{Printable.Escape(_parts.File)}' gives {results[i].shape[0]} results for {inputs[0].shape[0]} examples: it was exported for a fixed number of examples; export it with a free batch dimension (dynamic_axes or dynamic_shapes in PyTorch).");
            }
        }
    }
}
