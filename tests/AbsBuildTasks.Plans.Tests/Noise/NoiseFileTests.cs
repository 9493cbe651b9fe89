using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using NJsonSchema;

namespace AbsBuildTasks.Plans.Tests.Noise;

public sealed class NoiseFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => NoiseFile.PathIn(_folder.Path, "digits");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Noise_comes_back_as_it_was_and_fits_its_schema()
    {
        Assert.Null(NoiseFile.Find(Path, "digits"));
        foreach (var plan in new[] { SamplePlan.Digits, SamplePlan.Timed, SamplePlan.Digits with { FurtherMetrics = [new() { Name = "F1 \"x\"", FullPrecision = 3, Compressed = 2.5 }] } })
        {
            var band = SampleNoise.Around(plan, (0, 1), (0.1, 1.5), (-0.1, 0.5));

            NoiseFile.Write(Path, band);

            var read = NoiseFile.Find(Path, "digits")!;
            Assert.Equal((band.Model, band.Fingerprint), (read.Model, read.Fingerprint));
            Assert.Equal(band.Runs.Select(run => run.Seed), read.Runs.Select(run => run.Seed));
            Assert.Equal(band.Runs.SelectMany(run => run.Values), read.Runs.SelectMany(run => run.Values));
            var text = await File.ReadAllTextAsync(Path);
            Assert.EndsWith("}\n", text, StringComparison.Ordinal);
            var schema = await JsonSchema.FromJsonAsync(Repository.Read("docs/noise.schema.json"));
            Assert.Empty(schema.Validate(text));
        }

        Assert.EndsWith("digits.noise.json", Path, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"model\": \"digits\"", "\"model\": \"other\"", "(3,10)", "model is not digits")]
    [InlineData("\"fingerprint\": \"0123", "\"fingerprint\": \"012", "(4,16)", "fingerprint is not a fingerprint")]
    [InlineData("\"seed\": 2", "\"seed\": 1", "(5,9)", "runs have a seed twice")]
    [InlineData("\"seed\": 2,", "\"seed\": 2, \"latency\": 5,", "(5,9)", "runs do not all have the same values")]
    [InlineData("\"seed\": 1,", "\"seed\": 1, \"speed\": 5,", "(7,25)", "runs[0].speed is neither a metric nor a cost")]
    [InlineData("\"size\": 200", "\"size\": -200", "(10,13)", "runs[0].size is negative")]
    [InlineData("\"metric\": 91.75", "\"metric\": 1e99", "(8,15)", "runs[0].metric is too large")]
    [InlineData("\"schemaVersion\": 1", "\"schemaVersion\": 2", "(2,18)", "schemaVersion is 2, out of range 1 to 1")]
    public void What_is_no_noise_of_the_model_is_an_error_with_its_place(string old, string changed, string place, string message)
    {
        NoiseFile.Write(Path, SampleNoise.Digits);
        var text = File.ReadAllText(Path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        var first = text.IndexOf(old, StringComparison.Ordinal);
        File.WriteAllText(Path, text[..first] + changed + text[(first + old.Length)..]);

        var error = Assert.Throws<AbsException>(() => NoiseFile.Find(Path, "digits"));

        Assert.Equal(AbsCodes.InvalidNoise, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(place, FormattableString.Invariant($"({error.Place!.Line},{error.Place.Column})"));
        Assert.Null(NoiseFile.TryFind(Path, "digits"));
    }

    [Fact]
    public void Too_few_runs_say_nothing_of_chance()
    {
        NoiseFile.Write(Path, SampleNoise.Around(SamplePlan.Digits, (0, 1), (1, 1)));

        Assert.Contains("runs are 2, out of range 3 to 100", Assert.Throws<AbsException>(() => NoiseFile.Find(Path, "digits")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_snapshot_keeps_the_noise_of_its_plan_and_an_earlier_one_where_there_is_none()
    {
        var (built, snapshots) = (_folder.File("bin/digits.plan.json"), _folder.File("AbsPlans"));
        var kept = NoiseFile.PathIn(snapshots, "digits");

        NoiseFile.Keep(built, SamplePlan.Digits, snapshots);
        Assert.False(File.Exists(kept));

        NoiseFile.Write(NoiseFile.PathBeside(built, "digits"), SampleNoise.Digits);
        NoiseFile.Keep(built, SamplePlan.Digits, snapshots);
        Assert.Equal(5, NoiseFile.Find(kept, "digits")!.Runs.Count);

        NoiseFile.Write(NoiseFile.PathBeside(built, "digits"), SampleNoise.Around(SamplePlan.Digits, (0, 1), (1, 1), (2, 1)));
        NoiseFile.Keep(built, SamplePlan.Digits with { Fingerprint = new('a', 64) }, snapshots);
        Assert.Equal(5, NoiseFile.Find(kept, "digits")!.Runs.Count);
    }
}
