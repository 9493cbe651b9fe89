using System.Text;
using Build.Tests.Harness;

namespace Build.Tests;

/// <summary>Programs of other makers that a real build tells how its searches go, from within MSBuild's own process.</summary>
public sealed class FollowersTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public async Task A_build_draws_curves_and_sends_telemetry()
    {
        var project = await feed.AcceptedCopyAsync();
        using var collector = new StoringServer();

        var outcome = (await project.BuildAsync(new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address }, "-p:AbsTensorBoard=curves", "-p:AbsSearchMode=force")).Succeeded();

        Assert.DoesNotContain("ABS402", outcome.Output, StringComparison.Ordinal);
        var curves = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(Path.Combine(project.Folder, "curves", "tiny"), "events.out.tfevents.*", SearchOption.AllDirectories))));
        Assert.All(["loss/train", "relative_bops/search", "weight_bits_search/"], tag => Assert.Contains(tag, curves, StringComparison.Ordinal));
        Assert.Equal(["/v1/metrics", "/v1/traces"], collector.Paths.Order(StringComparer.Ordinal));
    }
}
