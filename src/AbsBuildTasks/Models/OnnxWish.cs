using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings.Kinds;

namespace AbsBuildTasks.Models;

/// <summary>What an item says of its network as ONNX.</summary>
/// <param name="IsWanted">True: a network that cannot be written fails the build. False: no file. Null: a file where one can be written.</param>
/// <param name="HighestOpset">The highest version of ONNX's operators that the file may need.</param>
internal sealed record OnnxWish(bool? IsWanted = null, int HighestOpset = OnnxRecord.HighestOpset)
{
    private static readonly WholeNumberKind Opset = new(new NumberRange(
        FormattableString.Invariant($"from {OnnxRecord.LowestOpset} to {OnnxRecord.HighestOpset}"),
        FormattableString.Invariant($"it is a version from {OnnxRecord.LowestOpset} to {OnnxRecord.HighestOpset}"),
        version => version is >= OnnxRecord.LowestOpset and <= OnnxRecord.HighestOpset));

    /// <summary>Reads it.</summary>
    /// <param name="metadata">The item's metadata.</param>
    /// <exception cref="AbsException">ABS1005: a value that cannot be read, or is out of range.</exception>
    public static OnnxWish Of(ItemMetadata metadata) => new(
        metadata.Text("Onnx") is { } onnx ? new FlagKind().Parse("Onnx", onnx) : null,
        metadata.Text("OnnxOpset") is { } opset ? ReadOpset(opset) : OnnxRecord.HighestOpset);

    private static int ReadOpset(string text)
    {
        var opset = Opset.Parse("OnnxOpset", text);
        Opset.Require("OnnxOpset", opset);
        return opset;
    }
}
