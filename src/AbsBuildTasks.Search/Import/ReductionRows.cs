using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>Sums, means and extremes over dimensions.</summary>
internal static class ReductionRows
{
    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        Of("ReduceMean", (x, axes, keep) => x.mean(axes, keep)),
        Of("ReduceSum", (x, axes, keep) => x.sum(axes, keep, x.dtype)),
        Of("ReduceMax", (x, axes, keep) => x.amax(axes, keep)),
        Of("ReduceMin", (x, axes, keep) => x.amin(axes, keep)),
        Of("ReduceL1", (x, axes, keep) => x.abs().sum(axes, keep)),
        Of("ReduceL2", (x, axes, keep) => x.square().sum(axes, keep).sqrt()),
        Of("ReduceSumSquare", (x, axes, keep) => x.square().sum(axes, keep)),
        Of("ReduceLogSum", (x, axes, keep) => x.sum(axes, keep).log()),
        Of("ReduceLogSumExp", (x, axes, keep) =>
        {
            // Without the largest, so that nothing overflows.
            var largest = x.amax(axes, keepdim: true);
            var sum = (x - largest).exp().sum(axes, keep).log();
            return sum + largest.reshape(sum.shape);
        }),
        Of("ReduceProd", (x, axes, keep) =>
        {
            foreach (var axis in axes.OrderDescending())
            {
                x = x.prod(axis, keep, x.dtype);
            }

            return x;
        }),
        Extreme("ArgMax", (x, axis, keep) => x.argmax(axis, keep)),
        Extreme("ArgMin", (x, axis, keep) => x.argmin(axis, keep)),
    ];

    private static OperatorRow Of(string name, Func<Tensor, long[], bool, Tensor> run) => new(name, 1, 2, node =>
    {
        var (axes, keep, isNothing) = (node.Ints("axes"), node.Flag("keepdims", otherwise: true), node.Flag("noop_with_empty_axes"));
        return inputs =>
        {
            var x = inputs[0];
            var chosen = axes ?? (inputs.Find(1) is null ? [] : inputs.Ints(1));
            if (chosen.Length == 0 && isNothing)
            {
                return [x.alias()];
            }

            long[] all = chosen.Length == 0 ? [.. Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis)] : [.. chosen.Select(axis => axis < 0 ? axis + x.dim() : axis)];
            return [all.Length == 0 ? x.alias() : run(x, all, keep)];
        };
    });

    private static OperatorRow Extreme(string name, Func<Tensor, long, bool, Tensor> run) => OperatorRow.Of(name, node =>
    {
        var (axis, keep) = (node.Int("axis", 0), node.Flag("keepdims", otherwise: true));
        return node.Flag("select_last_index") ? throw node.Refuse("the last of several extremes is not read") : x => run(x, axis, keep);
    });
}
