using System.Globalization;
using System.Text.RegularExpressions;
using AbsBuildTasks.Plans.Documents;
using Build.Tests.Harness;
using Newtonsoft.Json.Linq;

namespace Build.Tests;

/// <summary>The main job, end to end, on real data: the sample of README.</summary>
public sealed class SampleTests : IDisposable
{
    private const int Images = 360;

    // Of 22 seeds, none read more images less (docs/results.md: 1.11 points).
    private const int MostLost = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("abs sample ").FullName;

    [Fact]
    public async Task Digits_keeps_its_accuracy_at_three_percent_of_the_bit_operations_and_passes_its_snapshot()
    {
        var first = (await BuildAsync()).Succeeded();
        Assert.Contains("abs: digits: search 12/12", first.Output, StringComparison.Ordinal);

        var plan = PlanFile.Read(Find("digits.plan.json")).Plan;
        Assert.InRange(plan.Totals.RelativeBops, 0.001, 0.03);
        Assert.True(ImagesOf(plan.Metric.FullPrecision) - ImagesOf(plan.Metric.Compressed) <= MostLost, plan.Metric.ToString());
        Assert.True(plan.Layers.SelectMany(layer => new[] { layer.WeightBits, layer.ActivationBits }).Distinct().Count() >= 2);

        // The target takes filters by sixteen: a search may keep them all.
        Assert.Equal("onnxruntime-cpu", plan.Target);
        Assert.All(plan.Layers, layer => Assert.True(layer.KeptFilters.Count == layer.Filters || layer.KeptFilters.Count % 16 == 0, layer.Name));

        // The gates' way through the search is on record, and it is a way: not all epochs are alike.
        var epochs = JObject.Parse(await File.ReadAllTextAsync(Find("digits.run.json")))["epochs"]!
            .Where(epoch => (string?)epoch["phase"] == "search")
            .Select(epoch => epoch["layers"]!.ToString())
            .ToArray();
        Assert.Equal(12, epochs.Length);
        Assert.True(epochs.Distinct(StringComparer.Ordinal).Count() > 1);

        // The application without torch reads as many digits as the build has measured of the file.
        var read = Regex.Match((await RunAsync("run", "--project", "samples/DigitsApp")).Succeeded().Output, @"(\d+) of 360 digits are read correctly").Groups[1].Value;
        var measured = JObject.Parse(await File.ReadAllTextAsync(Find("digits.onnx.json")))["metric"]!.Value<double>();
        Assert.Equal(ImagesOf(measured), int.Parse(read, CultureInfo.InvariantCulture));
        Assert.InRange(ImagesOf(measured), ImagesOf(plan.Metric.Compressed) - 2, ImagesOf(plan.Metric.Compressed) + 2);

        var second = (await BuildAsync()).Succeeded();
        Assert.DoesNotContain("abs: digits:", second.Output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int ImagesOf(double percent) => (int)Math.Round(percent * Images / 100);

    // Folders of its own: the build that runs these tests may be writing to the usual ones.
    private Task<BuildOutcome> BuildAsync() => RunAsync("build", "samples/Digits");

    private Task<BuildOutcome> RunAsync(params string[] command) => DotNet.RunAsync(
        Repository.Root,
        new Dictionary<string, string> { ["AbsCacheDirectory"] = Path.Combine(_folder, "cache"), ["RunAnalyzers"] = "false" },
        [.. command, "--artifacts-path", Path.Combine(_folder, "artifacts")]);

    private string Find(string name) => Assert.Single(Directory.GetFiles(Path.Combine(_folder, "artifacts", "bin"), name, SearchOption.AllDirectories));
}
