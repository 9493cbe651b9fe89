using AbsBuildTasks.Search.Onnx;
using TorchSharp;
using InterpolationMode = TorchSharp.torch.InterpolationMode;

namespace AbsBuildTasks.Search.OnnxExport.Operators;

/// <summary>Functions that change the size of images.</summary>
internal static class ResizeRows
{
    /// <summary>The rows.</summary>
    public static IEnumerable<(string Function, Action<ExportNode> Write)> All { get; } =
    [
        ("THSNN_pad", Pad),
        ("THSNN_interpolate", Interpolate),
        ("THSTensor_upsample_nearest1d", node => Resize(node, "scaleFactors", "nearest", "asymmetric")),
        ("THSTensor_upsample_nearest2d", node => Resize(node, "scaleFactors", "nearest", "asymmetric")),
        ("THSTensor_upsample_nearest3d", node => Resize(node, "scaleFactors", "nearest", "asymmetric")),
        ("THSNN_pixel_shuffle", node => node.Result("DepthToSpace", [node.In("tensor")], new("blocksize", node.Int("upscale_factor")), new("mode", "CRD"))),
    ];

    /// <summary>Torch counts from the last dimension, ONNX from the first.</summary>
    private static void Pad(ExportNode node)
    {
        var (pad, rank) = (node.Ints("pad"), node.ShapeOf("input").Count);
        var mode = (PaddingModes)node.Int("mode") switch
        {
            PaddingModes.Constant => "constant",
            PaddingModes.Reflect => "reflect",
            PaddingModes.Replicate => "edge",
            _ => throw node.Refuse("pads in a circle"),
        };
        var pads = new long[2 * rank];
        for (var i = 0; i < pad.Length / 2; i++)
        {
            (pads[rank - 1 - i], pads[(2 * rank) - 1 - i]) = (pad[2 * i], pad[(2 * i) + 1]);
        }

        string[] value = mode == "constant" ? [node.Graph.Scalar(node.Number("value"), node.Type)] : [];
        node.Result("Pad", [node.In("input"), node.Graph.Integers(pads), .. value], new OnnxAttribute("mode", mode));
    }

    private static void Interpolate(ExportNode node)
    {
        if (node.Flag("antialias"))
        {
            throw node.Refuse("smooths (antialias)");
        }

        var corners = node.Int("align_corners") == 1 ? "align_corners" : "half_pixel";
        switch ((InterpolationMode)node.Int("mode"))
        {
            case InterpolationMode.Nearest:
                Resize(node, "scale_factor", "nearest", "asymmetric");
                break;
            case InterpolationMode.Linear or InterpolationMode.Bilinear or InterpolationMode.Trilinear:
                Resize(node, "scale_factor", "linear", corners);
                break;
            case InterpolationMode.Bicubic:
                Resize(node, "scale_factor", "cubic", corners);
                break;
            default:
                throw node.Refuse("averages areas; use adaptive_avg_pool2d");
        }
    }

    private static void Resize(ExportNode node, string factors, string mode, string coordinates)
    {
        var (from, to) = (node.ShapeOf("input"), node.ResultShape());
        var given = (double[]?)node[factors] ?? [];
        for (var i = 0; i < given.Length; i++)
        {
            if (node.Fixed(from[i + 2]) * given[i] != node.Fixed(to[i + 2]))
            {
                throw node.Refuse("scales to sizes that are not whole numbers; give it the size");
            }
        }

        var fixedSizes = node.Graph.Integers([.. to.Skip(2).Select(node.Fixed)]);
        var sizes = node.Emit("Concat", [node.Emit("Shape", [node.In("input")], new("start", 0L), new("end", 2L)), fixedSizes], new OnnxAttribute("axis", 0L));
        node.Result("Resize", [node.In("input"), "", "", sizes], [
            new("mode", mode),
            new("coordinate_transformation_mode", coordinates),
            .. mode == "nearest" ? new OnnxAttribute[] { new("nearest_mode", "floor") } : [],
            .. mode == "cubic" ? new OnnxAttribute[] { new("cubic_coeff_a", -0.75f) } : [],
        ]);
    }
}
