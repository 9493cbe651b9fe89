using AbsBuildTasks.Search.Tests.Infrastructure;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>The networks that must be written, in groups as docs/onnx-export.md counts them.</summary>
internal static class Tried
{
    /// <summary>Those of this repository's samples.</summary>
    public static readonly string[] Samples = ["digits", "lenet", "resnet20"];

    /// <summary>What docs/networks.md speaks of, one by one.</summary>
    public static readonly string[] Structures =
    [
        .. TestNetworks.Structures.Cast<object[]>().Select(row => (string)row[0]),
        .. RemovableNetwork.Names.Append("squeeze-excite").Select(name => Networks.Removable + name),
        "resnet8", "inception", "u-net", "squeeze-excite", "shuffle", "attention", "depthwise twice", "gated", "perceptron", "sequence", "alike",
    ];

    /// <summary>Architectures that people use.</summary>
    public static readonly string[] Architectures = ["resnet18", "mobilenet", .. Zoo.All.Keys];

    /// <summary>Forms that networks of applications have.</summary>
    public static readonly string[] Forms = [.. Cases.All.Keys];

    /// <summary>All of them.</summary>
    public static readonly string[] All = [.. Samples, .. Structures, .. Architectures, .. Forms];
}
