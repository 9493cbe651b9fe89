using Build.Tests.Harness;
using Newtonsoft.Json.Linq;

namespace Build.Tests;

/// <summary>Model projects that have ONNX Runtime: builds measure the files that they write. No test asks for a time.</summary>
public sealed class TimingTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    private const string Slower = "ABS6011";
    private const string NotTimed = "ABS6012";
    private static readonly string[] Arguments = ["-p:TinyOnnx=true", "-p:TinyRuntime=1.31.1", "-p:AbsSnapshotMode=off"];

    [Fact]
    public async Task The_file_is_measured_when_it_is_written_and_what_is_slower_is_told_of_in_every_build()
    {
        var project = new FixtureProject(feed);
        var file = Path.Combine(project.Output, "tiny.timing.json");

        var first = await project.BuildAsync(Arguments);

        Assert.True(first.ExitCode == 0, first.Output);
        Assert.Matches(@"abs: tiny: the ONNX file takes [0-9.]+ \w+ in Microsoft\.ML\.OnnxRuntime 1\.31\.1, on one thread and one example, where the whole network in floating point takes [0-9.]+ \w+: [0-9.]+ times (faster|slower)", first.Output);
        var content = await File.ReadAllTextAsync(file);
        var times = JObject.Parse(content);
        Assert.Equal(("Microsoft.ML.OnnxRuntime 1.31.1", 1, 1), ((string)times["runtime"]!, (int)times["threads"]!, (int)times["batch"]!));
        Assert.True((long)times["nanoseconds"]! > 0 && (long)times["floatNanoseconds"]! > 0, content);
        Assert.Equal(IsSlower(times), Has(first, Slower));
        Assert.Contains("measured time", await File.ReadAllTextAsync(Path.Combine(project.Output, "tiny.plan.md")), StringComparison.Ordinal);

        // Not measured again: the times are those of the first build, and so is what they are worth a warning.
        var kept = Assert.Single(Directory.GetFiles(Path.Combine(project.State, "plans"), "tiny.timing.json", SearchOption.AllDirectories));
        foreach (var factor in new[] { 2, 0.5 })
        {
            times["nanoseconds"] = (long)Math.Ceiling((long)times["floatNanoseconds"]! * factor);
            await File.WriteAllTextAsync(kept, times.ToString());

            var again = await project.BuildWithoutWorkerAsync(Arguments);

            Assert.True(again.ExitCode == 0, again.Output);
            Assert.Equal(factor > 1, Has(again, Slower));
            Assert.Equal((long)times["nanoseconds"]!, (long)JObject.Parse(await File.ReadAllTextAsync(file))["nanoseconds"]!);
        }

        // Where times do not matter, the file is written without any.
        var off = (await project.BuildAsync([.. Arguments, "-p:AbsTiming=off"])).Succeeded();
        Assert.DoesNotContain("the ONNX file takes", off.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task What_was_asked_to_be_measured_and_cannot_be_is_told_of_and_does_not_fail_the_build()
    {
        var project = await feed.AcceptedCopyAsync();

        var outcome = await project.BuildAsync("-p:TinyOnnx=true", "-p:AbsTiming=on", "-p:TreatWarningsAsErrors=true");

        Assert.True(outcome.ExitCode == 0, outcome.Output);
        Assert.Contains("The ONNX file was not measured: The model project has no Microsoft.ML.OnnxRuntime", Assert.Single(outcome.Warnings, warning => warning.Code == NotTimed).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(project.Output, "tiny.onnx")));
        Assert.False(File.Exists(Path.Combine(project.Output, "tiny.timing.json")));
    }

    private static bool Has(BuildOutcome outcome, string code) => outcome.Warnings.Any(warning => warning.Code == code);

    private static bool IsSlower(JObject times) => (long)times["nanoseconds"]! > (long)times["floatNanoseconds"]! * 1.05;
}
