using AbsBuildTasks.Tracing.Tests.Infrastructure;

namespace AbsBuildTasks.Tracing.Tests;

public sealed class NetworkCountTests
{
    /// <summary>Other tests write and compare, or see refused, each network that is counted here.</summary>
    [Fact]
    public void The_documents_say_how_many_networks_were_tried()
    {
        var zoo = string.Join(", ", Zoo.All.Keys);
        string[] table =
        [
            "| networks | written and equal | refused by name |",
            "|---|---|---|",
            Row("of this repository's samples", Tried.Samples.Length, 0),
            Row("structures of [networks](networks.md), one by one", Tried.Structures.Length, 0),
            Row($"architectures, small: ResNet-18, MobileNetV2, {zoo}", Tried.Architectures.Length, 0),
            Row($"forms that applications have: {string.Join(", ", Tried.Forms)}", Tried.Forms.Length, 0),
            Row("around [modules of torch](networks.md) whose inside is one call, and around parameters of your own", NativeExportTests.Written.Length, NativeExportTests.RefusedCount),
            Row("what a graph cannot say, or has no operator for", 0, RefusalTests.Count),
        ];

        Assert.Equal(Tried.All.Length, Tried.All.Distinct(StringComparer.Ordinal).Count());
        Assert.Contains(string.Join('\n', table), File.ReadAllText(Path.Combine(Repository.Root, "docs", "onnx-export.md")).ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static string Row(string networks, int written, int refused) => FormattableString.Invariant($"| {networks} | {written} | {refused} |");
}
