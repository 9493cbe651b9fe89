using AbsBuildTasks.Search.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>What changes a tensor's shape or type, and what asks for it.</summary>
internal static class ShapeRows
{
    private const long LargestBlock = 1 << 15;

    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        OperatorRow.Of("Identity", x => x.alias()),
        OperatorRow.Of("Size", x => tensor(x.numel())),
        new OperatorRow("Reshape", 1, 2, Reshape),
        new OperatorRow("Expand", 2, 2, _ => inputs => [inputs[0].expand(inputs.Checked(Joint(inputs[0].shape, inputs.Ints(1))))]),
        new OperatorRow("Tile", 2, 2, node => inputs =>
        {
            var times = inputs.Ints(1);
            _ = inputs.Checked([.. times.Zip(inputs[0].shape, (factor, size) => (long)Int128.Min((Int128)factor * size, long.MaxValue))]);
            return [inputs[0].tile(times)];
        }),
        new OperatorRow("Squeeze", 1, 2, node =>
        {
            var axes = node.Ints("axes");
            return inputs =>
            {
                var x = inputs[0];
                var chosen = Axes(axes ?? (inputs.Find(1) is null ? [] : inputs.Ints(1)), x.dim());
                long[] left = [.. x.shape.Where((size, axis) => chosen.Count == 0 ? size != 1 : !chosen.Contains(axis))];
                return [x.reshape(left)];
            };
        }),
        new OperatorRow("Unsqueeze", 1, 2, node =>
        {
            var axes = node.Ints("axes");
            return inputs =>
            {
                var added = axes ?? inputs.Ints(1);
                var x = inputs[0];
                foreach (var axis in Axes(added, x.dim() + added.Length))
                {
                    x = x.unsqueeze(axis);
                }

                return [ReferenceEquals(x, inputs[0]) ? x.alias() : x];
            };
        }),
        OperatorRow.Of("Shape", node =>
        {
            var (start, end) = (node.Int("start", 0), node.Int("end", long.MaxValue));
            return x => tensor([.. x.shape.Take(new Range(Place(start, x), Place(end, x)))], ScalarType.Int64);
        }),
        OperatorRow.Of("Flatten", node =>
        {
            var axis = node.Int("axis", 1);
            return x =>
            {
                var start = (int)(axis < 0 ? axis + x.dim() : axis);
                var rows = x.shape[..start].Aggregate(1L, (product, size) => product * size);
                return x.reshape(rows, rows == 0 ? 0 : x.numel() / rows);
            };
        }),
        OperatorRow.Of("Transpose", node =>
        {
            var order = node.Ints("perm");
            return x => x.permute(order ?? [.. Enumerable.Range(0, (int)x.dim()).Reverse().Select(axis => (long)axis)]);
        }),
        OperatorRow.Of("Cast", node =>
        {
            node.Ignore("saturate", "round_mode");
            var to = (OnnxType)node.Int("to", 0);
            var type = ConstantTensors.TypeOf(to) ?? throw node.Refuse($"a cast to {to.Name()} is not read");
            return x => x.dtype == type ? x.alias() : x.to(type);
        }),
        new OperatorRow("CastLike", 2, 2, node =>
        {
            node.Ignore("saturate", "round_mode");
            return inputs => [inputs[0].dtype == inputs[1].dtype ? inputs[0].alias() : inputs[0].to(inputs[1].dtype)];
        }),
        OperatorRow.Of("DepthToSpace", node =>
        {
            var (block, mode) = (Block(node), node.Text("mode", "DCR"));
            return mode is not ("DCR" or "CRD") ? throw node.Refuse($"its mode '{mode}' is not read") : x =>
            {
                var (n, c, h, w) = (x.shape[0], x.shape[1] / (block * block), x.shape[2], x.shape[3]);
                var parts = mode == "DCR"
                    ? x.reshape(n, block, block, c, h, w).permute(0, 3, 4, 1, 5, 2)
                    : x.reshape(n, c, block, block, h, w).permute(0, 1, 4, 2, 5, 3);
                return parts.reshape(n, c, h * block, w * block);
            };
        }),
        OperatorRow.Of("SpaceToDepth", node =>
        {
            var block = Block(node);
            return x =>
            {
                var (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2] / block, x.shape[3] / block);
                return x.reshape(n, c, h, block, w, block).permute(0, 3, 5, 1, 2, 4).reshape(n, c * block * block, h, w);
            };
        }),
    ];

    private static Operation Reshape(NodeSetup node)
    {
        var attribute = node.Ints("shape");
        var isZeroKept = !node.Flag("allowzero");
        return inputs =>
        {
            var x = inputs[0];
            var shape = attribute ?? inputs.Ints(1);
            long[] filled = [.. shape.Select((size, axis) => size == 0 && isZeroKept ? x.shape[axis] : size)];

            // A file that was exported for a number of examples says that number where it means all of them.
            if (filled.Length > 0 && node.FixedBatch is { } exported && inputs.Batch is { } batch && filled[0] == exported && x.is_floating_point() && x.dim() > 0 && x.shape[0] == batch)
            {
                filled[0] = batch;
            }

            return [x.reshape(filled)];
        };
    }

    private static long Block(NodeSetup node) => node.Int("blocksize", 0) is >= 1 and <= LargestBlock and var block
        ? block
        : throw node.Unfit($"its blocksize is not from 1 to {LargestBlock}");

    private static long[] Joint(long[] left, long[] right)
    {
        var rank = Math.Max(left.Length, right.Length);
        var sizes = new long[rank];
        for (var axis = 1; axis <= rank; axis++)
        {
            var (first, second) = (axis <= left.Length ? left[^axis] : 1, axis <= right.Length ? right[^axis] : 1);
            sizes[^axis] = first == 1 ? second : first;
        }

        return sizes;
    }

    private static SortedSet<long> Axes(long[] axes, long rank) => [.. axes.Select(axis => axis < 0 ? axis + rank : axis)];

    private static int Place(long axis, Tensor x) => (int)Math.Clamp(axis < 0 ? axis + x.dim() : axis, 0, x.dim());
}
