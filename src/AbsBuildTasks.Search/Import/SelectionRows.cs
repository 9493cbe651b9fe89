using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Import;

/// <summary>Parts of tensors, and tensors of parts.</summary>
internal static class SelectionRows
{
    private const long LargestPad = 1 << 20;

    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        new OperatorRow("Concat", 1, int.MaxValue, node =>
        {
            var axis = node.Int("axis", 0);
            return inputs => [cat(inputs.Together(), axis)];
        }),
        new OperatorRow("Split", 1, 2, Split) { Outputs = int.MaxValue },
        new OperatorRow("Slice", 1, 5, Slice),
        new OperatorRow("Gather", 2, 2, node =>
        {
            var axis = node.Int("axis", 0);
            return inputs =>
            {
                var (x, places, at) = Places(inputs, axis);
                return [x.index_select(at, places.reshape(-1)).reshape([.. x.shape[..at], .. places.shape, .. x.shape[(at + 1)..]])];
            };
        }),
        new OperatorRow("GatherElements", 2, 2, node =>
        {
            var axis = node.Int("axis", 0);
            return inputs =>
            {
                var (x, places, at) = Places(inputs, axis);
                return [x.gather(at, places)];
            };
        }),
        new OperatorRow("Pad", 1, 4, Pad),
        new OperatorRow("TopK", 2, 2, node =>
        {
            var (axis, isLargest, isSorted) = (node.Int("axis", -1), node.Flag("largest", otherwise: true), node.Flag("sorted", otherwise: true));
            return inputs =>
            {
                var (values, places) = inputs[0].topk((int)inputs.Number(1), (int)axis, isLargest, isSorted);
                return [values, places];
            };
        })
        { Outputs = 2 },
        new OperatorRow("Trilu", 1, 2, node =>
        {
            var isUpper = node.Flag("upper", otherwise: true);
            return inputs =>
            {
                var diagonal = inputs.Find(1) is null ? 0 : inputs.Ints(1)[0];
                return [isUpper ? inputs[0].triu(diagonal) : inputs[0].tril(diagonal)];
            };
        }),
    ];

    private static Operation Split(NodeSetup node)
    {
        var (axis, sizes, count) = (node.Int("axis", 0), node.Ints("split"), node.Int("num_outputs", node.Outputs));
        return count < 1 ? throw node.Unfit($"it has {count} outputs") : inputs =>
        {
            var x = inputs[0];
            var wanted = sizes ?? (inputs.Find(1) is null ? null : inputs.Ints(1));
            return wanted is null ? x.split((x.shape[(int)(axis < 0 ? axis + x.dim() : axis)] + count - 1) / count, (int)axis) : x.split(wanted, axis);
        };
    }

    private static Operation Slice(NodeSetup node)
    {
        var (starts, ends, axes) = (node.Ints("starts"), node.Ints("ends"), node.Ints("axes"));
        return inputs =>
        {
            var x = inputs[0];
            var (from, to) = (starts ?? inputs.Ints(1), ends ?? inputs.Ints(2));
            var along = axes ?? (inputs.Find(3) is null ? [.. Enumerable.Range(0, from.Length).Select(axis => (long)axis)] : inputs.Ints(3));
            var steps = inputs.Find(4) is null ? null : inputs.Ints(4);
            if (to.Length != from.Length || along.Length != from.Length || (steps ?? from).Length != from.Length)
            {
                throw inputs.Refuse("its starts, ends, axes and steps are not of one length");
            }

            for (var i = 0; i < from.Length; i++)
            {
                x = Part(x, along[i] < 0 ? along[i] + x.dim() : along[i], from[i], to[i], steps?[i] ?? 1, inputs);
            }

            return [ReferenceEquals(x, inputs[0]) ? x.alias() : x];
        };
    }

    private static Tensor Part(Tensor x, long axis, long start, long end, long step, NodeInputs inputs)
    {
        if (step == 0 || axis < 0 || axis >= x.dim())
        {
            throw inputs.Refuse($"it takes each {step}th element of dimension {axis}, of {x.dim()}");
        }

        var length = x.shape[axis];
        var first = Math.Clamp(start < 0 ? start + length : start, step > 0 ? 0 : -1, step > 0 ? length : length - 1);
        var last = Math.Clamp(end < 0 ? end + length : end, step > 0 ? 0 : -1, step > 0 ? length : length - 1);
        if (step > 0)
        {
            return x.slice(axis, first, Math.Max(first, last), Math.Min(step, Math.Max(1, length)));
        }

        // Torch has no steps backwards.
        List<long> places = [];
        for (var place = first; place > last && place >= 0; place = step < -length ? -1 : place + step)
        {
            places.Add(place);
        }

        return Axes.Select(x, axis, places);
    }

    /// <summary>The first input, and indices from the dimension's start on its device.</summary>
    private static (Tensor X, Tensor Places, int Axis) Places(NodeInputs inputs, long axis)
    {
        var all = inputs.Together();
        var (x, places) = (all[0], all[1].to(ScalarType.Int64));
        var at = (int)(axis < 0 ? axis + x.dim() : axis);
        return at >= 0 && at < x.dim() ? (x, where(places.lt(0), places + x.shape[at], places), at) : throw inputs.Refuse($"there is no dimension {axis}");
    }

    private static Operation Pad(NodeSetup node)
    {
        var (mode, attribute, value) = (node.Text("mode", "constant"), node.Ints("pads"), node.Float("value", 0));
        if (mode is not ("constant" or "reflect" or "edge" or "wrap"))
        {
            throw node.Refuse($"its mode '{mode}' is not read");
        }

        return inputs =>
        {
            var x = inputs[0];
            var pads = attribute ?? inputs.Ints(1);
            long[] axes = inputs.Find(3) is null ? [.. Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis)] : [.. inputs.Ints(3).Select(axis => axis < 0 ? axis + x.dim() : axis)];
            if (pads.Length != 2 * axes.Length || axes.Any(axis => axis < 0 || axis >= x.dim()) || pads.Any(size => Math.Abs(size) > LargestPad))
            {
                throw inputs.Refuse($"its pads [{string.Join(", ", pads)}] do not fit {axes.Length} of {x.dim()} dimensions, or are beyond {LargestPad}");
            }

            var sizes = x.shape;
            var around = new long[2 * sizes.Length];
            for (var i = 0; i < axes.Length; i++)
            {
                // Torch takes the last dimension first.
                var place = 2 * (sizes.Length - 1 - axes[i]);
                (around[place], around[place + 1]) = (pads[i], pads[i + axes.Length]);
                sizes[axes[i]] += pads[i] + pads[i + axes.Length];
            }

            _ = inputs.Checked(sizes);
            return [mode == "constant"
                ? functional.pad(x, around, PaddingModes.Constant, inputs.Find(2) is null ? value : inputs.Number(2))
                : axes.Select((axis, i) => (axis, pads[i], pads[i + axes.Length])).Aggregate(x.alias(), (padded, pad) => Around(padded, pad.axis, pad.Item2, pad.Item3, mode))];
        };
    }

    private static Tensor Around(Tensor x, long axis, long start, long end, string mode)
    {
        var length = x.shape[axis];
        return start == 0 && end == 0 ? x : Axes.Select(x, axis, [.. Enumerable.Range(0, (int)(length + start + end)).Select(place => Source(place - start))]);

        long Source(long place) => mode switch
        {
            "edge" => Math.Clamp(place, 0, length - 1),
            "wrap" => ((place % length) + length) % length,
            _ => Reflected(place, length),
        };
    }

    // To and fro between the ends, which are not repeated.
    private static long Reflected(long place, long length)
    {
        var period = Math.Max(1, 2 * (length - 1));
        var within = ((place % period) + period) % period;
        return within < length ? within : period - within;
    }
}
