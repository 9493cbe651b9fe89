using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Import;

/// <summary>How a window of a convolution or pooling moves: the same attributes for all of them.</summary>
/// <param name="Kernel">The window's size.</param>
/// <param name="Strides">Its steps.</param>
/// <param name="Dilations">The distance of its elements.</param>
/// <param name="Starts">What is added before the input; null where that depends on its size.</param>
/// <param name="Ends">What is added behind it; null likewise.</param>
/// <param name="IsLower">Whether an odd number of added elements has the larger part before the input.</param>
internal sealed record Windows(long[] Kernel, long[] Strides, long[] Dilations, long[]? Starts, long[]? Ends, bool IsLower)
{
    private const long Largest = 1 << 20;

    // A few bytes must not ask for all memory: what is added is larger than any window in use, and still small.
    private const long MostAdded = 1 << 10;

    /// <summary>Whether as much is added before the input as behind it.</summary>
    public bool IsSymmetric => Starts is not null && Starts.SequenceEqual(Ends!);

    /// <summary>Reads the attributes of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kernel">The window's size, where weights tell it.</param>
    /// <exception cref="Plans.Errors.AbsException">ABS6002: something is not read. ABS6003: sizes do not fit.</exception>
    public static Windows Read(NodeSetup node, long[]? kernel)
    {
        var size = node.Ints("kernel_shape") ?? kernel ?? throw node.Unfit("its kernel_shape is missing");
        if (kernel is not null && !size.SequenceEqual(kernel))
        {
            throw node.Unfit($"its kernel_shape [{string.Join(", ", size)}] is not that of its weights, [{string.Join(", ", kernel)}]");
        }

        var rank = size.Length;
        var pads = node.Ints("pads") ?? new long[2 * rank];
        var padding = node.Text("auto_pad", "NOTSET");
        var windows = new Windows(size, node.Ints("strides") ?? Ones(rank), node.Ints("dilations") ?? Ones(rank), pads[..(pads.Length / 2)], pads[(pads.Length / 2)..], IsLower: padding == "SAME_LOWER");
        if (rank is 0 or > 3 || pads.Length != 2 * rank || !AreIn(size, rank, 1) || !AreIn(windows.Strides, rank, 1) || !AreIn(windows.Dilations, rank, 1) || !AreIn(pads, 2 * rank, 0) || pads.Any(added => added > MostAdded))
        {
            throw node.Unfit($"its kernel, strides, dilations and pads do not fit together, or are not from 0 to {Largest} ({MostAdded} for pads) over 1 to 3 dimensions");
        }

        return padding switch
        {
            "NOTSET" => windows,
            "VALID" => windows with { Starts = new long[rank], Ends = new long[rank] },
            "SAME_UPPER" or "SAME_LOWER" => windows with { Starts = null, Ends = null },
            _ => throw node.Refuse($"its auto_pad '{padding}' is not read"),
        };
    }

    /// <summary>An input with all that is added around it.</summary>
    public Tensor Pad(Tensor x, double value = 0)
    {
        var rank = Kernel.Length;
        var around = new long[2 * rank];
        for (var axis = 0; axis < rank; axis++)
        {
            var (start, end) = Starts is null ? Same(x.shape[axis + 2], axis) : (Starts[axis], Ends![axis]);

            // Torch takes the last dimension first.
            (around[2 * (rank - 1 - axis)], around[(2 * (rank - 1 - axis)) + 1]) = (start, end);
        }

        return around.All(size => size == 0) ? x : functional.pad(x, around, PaddingModes.Constant, value);
    }

    /// <summary>As many steps as the input has elements, divided by the stride.</summary>
    private (long Start, long End) Same(long length, int axis)
    {
        var steps = (length + Strides[axis] - 1) / Strides[axis];
        var added = Math.Max(0, ((steps - 1) * Strides[axis]) + ((Kernel[axis] - 1) * Dilations[axis]) + 1 - length);
        return IsLower ? (added - (added / 2), added / 2) : (added / 2, added - (added / 2));
    }

    private static long[] Ones(int rank) => [.. Enumerable.Repeat(1L, rank)];

    private static bool AreIn(long[] values, int count, long least) => values.Length == count && values.All(value => value >= least && value <= Largest);
}
