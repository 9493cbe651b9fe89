using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>What goes into a node when it runs.</summary>
/// <param name="values">One for each input; null where an optional one is left out.</param>
/// <param name="batch">The number of examples in the network's first input; null where a file is loaded.</param>
/// <param name="refuse">Makes a failure that names the node.</param>
internal sealed class NodeInputs(IReadOnlyList<Tensor?> values, long? batch, Func<string, AbsException> refuse)
{
    // What sizes that stand in the file may take while it is loaded, and what torch can index anywhere.
    private const long MostConstants = 1 << 26;
    private const long Most = int.MaxValue;

    /// <summary>The number of inputs, with those left out between others.</summary>
    public int Count => values.Count;

    /// <summary>The number of examples; null where a file is loaded.</summary>
    public long? Batch => batch;

    /// <summary>An input that must be there.</summary>
    /// <exception cref="AbsException">ABS6003: it is left out.</exception>
    public Tensor this[int index] => Find(index) ?? throw refuse($"input {index} is missing");

    /// <summary>An input that may be left out.</summary>
    public Tensor? Find(int index) => index < values.Count ? values[index] : null;

    /// <summary>All inputs, on one device: what is computed of shapes is on the processor, even if the network is not.</summary>
    public Tensor[] Together()
    {
        var present = values.OfType<Tensor>().ToArray();
        var device = present.FirstOrDefault(value => value.device_type != DeviceType.CPU)?.device;
        return device is null ? present : [.. present.Select(value => value.to(device))];
    }

    /// <summary>An input of whole numbers, such as a shape.</summary>
    /// <exception cref="AbsException">ABS6003: there are too many of them.</exception>
    public long[] Ints(int index)
    {
        using var numbers = this[index].to(ScalarType.Int64).cpu().flatten().contiguous();
        return [.. numbers.data<long>()];
    }

    /// <summary>An input of numbers, such as factors.</summary>
    public float[] Numbers(int index)
    {
        using var numbers = this[index].to(ScalarType.Float32).cpu().flatten().contiguous();
        return [.. numbers.data<float>()];
    }

    /// <summary>An input of one number.</summary>
    public double Number(int index) => Numbers(index) is [var number] ? number : throw refuse($"input {index} is not one number");

    /// <summary>A shape that comes from numbers of the file or the data, before memory is taken for it.</summary>
    /// <exception cref="AbsException">ABS6003: no tensor has that shape, or it is too large.</exception>
    public long[] Checked(long[] shape)
    {
        var elements = shape.Aggregate(Int128.One, (product, size) => Int128.Min(product * Math.Max(size, 1), Int128.One << 62));
        return shape.All(size => size >= 0) && elements <= (batch is null ? MostConstants : Most)
            ? shape
            : throw refuse($"the result would have shape [{string.Join(", ", shape)}]");
    }

    /// <summary>A failure that names the node.</summary>
    public AbsException Refuse(string problem) => refuse(problem);
}
