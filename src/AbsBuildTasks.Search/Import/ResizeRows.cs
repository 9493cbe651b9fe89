using TorchSharp;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Import;

/// <summary>Changes of size by interpolation, one dimension after the other.</summary>
internal static class ResizeRows
{
    private static readonly string[] Coordinates = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"];

    /// <summary>The table.</summary>
    public static OperatorRow[] All { get; } =
    [
        new OperatorRow("Resize", 1, 4, Resize),
        new OperatorRow("Upsample", 1, 2, node =>
        {
            var (mode, scales) = (Mode(node), node.Floats("scales"));
            var taps = new ResizeTaps("asymmetric", "floor", 0, IsInsideOnly: false);
            return inputs => [Resized(inputs, mode, taps, scales ?? inputs.Numbers(1), null, null)];
        }),
    ];

    private static Operation Resize(NodeSetup node)
    {
        var mode = Mode(node);
        var coordinates = node.Text("coordinate_transformation_mode", node.Opset < 11 ? "asymmetric" : "half_pixel");
        var taps = new ResizeTaps(coordinates, node.Text("nearest_mode", node.Opset < 11 ? "floor" : "round_prefer_floor"), node.Float("cubic_coeff_a", -0.75f), node.Flag("exclude_outside"));
        var axes = node.Ints("axes");
        node.Ignore("extrapolation_value");
        if (!Coordinates.Contains(coordinates) || node.Flag("antialias") || node.Text("keep_aspect_ratio_policy", "stretch") != "stretch")
        {
            throw node.Refuse($"it is read with the coordinates {string.Join(", ", Coordinates)}, without antialias, and without keeping the aspect ratio");
        }

        return node.Opset < 11
            ? inputs => [Resized(inputs, mode, taps, inputs.Numbers(1), null, axes)]
            : inputs => [inputs.Find(3) is { } sizes && sizes.numel() > 0
                ? Resized(inputs, mode, taps, null, inputs.Ints(3), axes)
                : Resized(inputs, mode, taps, inputs.Numbers(2), null, axes)];
    }

    private static string Mode(NodeSetup node) => node.Text("mode", "nearest") switch
    {
        "nearest" => "nearest",
        "linear" or "bilinear" => "linear",
        "cubic" => "cubic",
        var other => throw node.Refuse($"its mode '{other}' is not read"),
    };

    private static Tensor Resized(NodeInputs inputs, string mode, ResizeTaps taps, float[]? scales, long[]? sizes, long[]? axes)
    {
        var x = inputs[0];
        long[] chosen = axes is null ? [.. Enumerable.Range(0, (int)x.dim()).Select(axis => (long)axis)] : [.. axes.Select(axis => axis < 0 ? axis + x.dim() : axis)];
        if ((scales?.Length ?? sizes!.Length) != chosen.Length || chosen.Any(axis => axis < 0 || axis >= x.dim()) || (scales?.Any(scale => !(scale > 0)) ?? false))
        {
            throw inputs.Refuse($"its scales or sizes do not fit {chosen.Length} of {x.dim()} dimensions");
        }

        var shape = x.shape;
        for (var i = 0; i < chosen.Length; i++)
        {
            var length = shape[chosen[i]];
            var wanted = sizes?[i] ?? (long)MathF.Floor(length * scales![i]);

            // A file that was exported for a number of examples says that number where it means all of them.
            shape[chosen[i]] = chosen[i] == 0 && inputs.Batch is not null ? length : wanted;
        }

        _ = inputs.Checked(shape);
        return chosen.Select((axis, i) => (axis, i)).Where(place => shape[place.axis] != x.shape[place.axis] || (scales?[place.i] ?? 1) != 1)
            .Aggregate(x.alias(), (resized, place) => Along(resized, place.axis, taps.Of(mode, x.shape[place.axis], shape[place.axis], scales?[place.i] ?? ((float)shape[place.axis] / x.shape[place.axis]))));
    }

    private static Tensor Along(Tensor x, long axis, IReadOnlyList<(long[] Places, float[] Weights)> taps)
    {
        if (taps is [var (places, _)])
        {
            return Axes.Select(x, axis, places);
        }

        long[] shape = [.. Enumerable.Repeat(1L, (int)x.dim())];
        shape[axis] = -1;
        return taps.Select(tap => Axes.Select(x, axis, tap.Places) * tensor(tap.Weights, ScalarType.Float32, x.device).reshape(shape)).Aggregate((sum, part) => sum + part);
    }
}
