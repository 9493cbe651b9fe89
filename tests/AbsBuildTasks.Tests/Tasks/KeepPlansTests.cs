using AbsBuildTasks.Fingerprints;
using AbsBuildTasks.Fingerprints.Packages;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.State;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Fingerprints.Code;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

/// <summary>An accepted plan may stay that of code which someone says means the same, and of nothing else.</summary>
public sealed class KeepPlansTests : IDisposable
{
    private static readonly byte[] Weights = SampleWeights.Of(SamplePlan.Digits);

    private readonly TemporaryFolder _folder = new();
    private readonly Compiled _compiled = new();
    private readonly RecordingTask _engine = new();
    private readonly TaskItem _model = new("digits", new Dictionary<string, string> { ["Budget"] = "bops=5%" });
    private string _assembly;

    public KeepPlansTests() => _assembly = Code(1);

    private SnapshotPaths Paths => new(Path.Combine(_folder.Path, "AbsPlans"), "digits");

    private ModelState State => new(_folder.Path, "digits");

    private PlanCache Cache => new(Path.Combine(_folder.Path, "cache"));

    public void Dispose()
    {
        _folder.Dispose();
        _compiled.Dispose();
    }

    [Fact]
    public void Decisions_and_weights_stay_and_the_fingerprint_becomes_that_of_the_project_as_it_is()
    {
        var before = Accepted();
        _assembly = Code(2);

        Assert.True(Keep());

        var after = Current();
        Assert.NotEqual(before.Hash, after.Hash);
        var kept = PlanFile.Read(Paths.Verified).Plan;
        Assert.Equal(SamplePlan.Digits with { Fingerprint = after.Hash }, kept);
        Assert.Equal(kept, PlanFile.Read(State.PlanFile(after.Hash)).Plan);
        Assert.True(State.Has(after.Hash));
        Assert.Equal(after.Entries, State.CurrentInputs());
        Assert.Equal(Weights, File.ReadAllBytes(State.Files(after.Hash).Single(file => Path.GetFileName(file) == "digits.weights.zip")));
        Assert.Contains(_engine.Messages, message => message.StartsWith("abs: digits: kept the accepted plan and its weights, as you say that this means the same: code:Model.Size changed", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_builds_find_it_in_the_cache_and_the_record_says_what_it_is()
    {
        var before = Accepted();
        _assembly = Code(2);

        Assert.True(Keep());

        var after = Current().Hash;
        var folder = Path.Combine(_folder.Path, "taken");
        Assert.True(Cache.TryGet(after, "digits", folder, out _));
        var record = File.ReadAllText(Path.Combine(folder, "digits.run.json"));
        Assert.Contains("\"epochs\": []", record, StringComparison.Ordinal);
        Assert.Contains($"\"from\": \"{before.Hash}\"", record, StringComparison.Ordinal);
        Assert.Contains($"\"to\": \"{after}\"", record, StringComparison.Ordinal);
        Assert.Contains("\"code:Model.Size changed\"", record, StringComparison.Ordinal);
    }

    /// <summary>Else the next build would search by every seed again.</summary>
    [Fact]
    public void Measured_noise_stays_that_of_the_plan_here_and_beside_the_snapshot()
    {
        var before = Accepted();
        var noise = SampleNoise.Digits with { Fingerprint = before.Hash };
        NoiseFile.Write(State.Noise(before.Hash), noise);
        _assembly = Code(2);

        Assert.True(Keep());

        var after = Current();
        foreach (var file in new[] { State.Noise(after.Hash), NoiseFile.PathIn(Path.Combine(_folder.Path, "AbsPlans"), "digits") })
        {
            var kept = NoiseFile.Find(file, "digits")!;
            Assert.Equal(after.Hash, kept.Fingerprint);
            Assert.Equal(noise.Runs.Select(run => run.Seed), kept.Runs.Select(run => run.Seed));
        }
    }

    /// <summary>A band of a plan that was in the same folder before says nothing of this one.</summary>
    [Fact]
    public void Noise_of_another_plan_is_not_kept()
    {
        var before = Accepted();
        NoiseFile.Write(State.Noise(before.Hash), SampleNoise.Digits);
        _assembly = Code(2);

        Assert.True(Keep());

        Assert.False(File.Exists(State.Noise(Current().Hash)));
        Assert.False(File.Exists(NoiseFile.PathIn(Path.Combine(_folder.Path, "AbsPlans"), "digits")));
    }

    [Theory]
    [InlineData("Seed", "2", "setting:Seed changed from 1 to 2")]
    [InlineData("Budget", "bops=4%", "setting:Budget changed from bops=5% to bops=4%")]
    [InlineData("DataFiles", "a.csv", "data:a.csv is new")]
    [InlineData("Checkpoint", "a.csv", "checkpoint is new")]
    public void Where_more_has_changed_than_code_it_is_refused_and_nothing_changes(string name, string value, string change)
    {
        _folder.Write("a.csv", "1");
        var before = Accepted();
        _assembly = Code(2);
        _model.SetMetadata(name, value);

        Assert.False(Keep());

        var error = Assert.Single(_engine.Errors);
        Assert.Equal("ABS1022", error.Code);
        Assert.Contains(change, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("code:", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.Hash, PlanFile.Read(Paths.Verified).Plan.Fingerprint);
        Assert.True(State.Has(before.Hash));
    }

    [Fact]
    public void Nothing_is_kept_of_one_model_where_another_is_refused()
    {
        var before = Accepted();
        _assembly = Code(2);
        var other = new TaskItem("letters", new Dictionary<string, string> { ["Budget"] = "bops=5%" });

        Assert.False(Keep([_model, other]));

        Assert.Equal("ABS4002", Assert.Single(_engine.Errors).Code);
        Assert.Equal(before.Hash, PlanFile.Read(Paths.Verified).Plan.Fingerprint);
        Assert.True(Keep([_model, other], "digits"));
        Assert.NotEqual(before.Hash, PlanFile.Read(Paths.Verified).Plan.Fingerprint);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("other decisions")]
    [InlineData("other metric")]
    [InlineData("other fingerprint")]
    [InlineData("damaged weights")]
    [InlineData("unknown inputs")]
    public void What_is_not_the_accepted_plan_is_not_kept(string there)
    {
        var before = Accepted();
        switch (there)
        {
            case "nothing":
                Directory.Delete(Path.Combine(_folder.Path, "plans"), recursive: true);
                break;
            case "other decisions":
                Snapshot(SamplePlan.Digits.With("conv1", layer => layer with { WeightBits = 2 }) with { Fingerprint = before.Hash });
                break;
            case "other metric":
                Snapshot(SamplePlan.Digits with { Fingerprint = before.Hash, Metric = SamplePlan.Digits.Metric with { Compressed = 12 } });
                break;
            case "other fingerprint":
                Snapshot(SamplePlan.Digits);
                break;
            case "damaged weights":
                File.WriteAllText(State.Files(before.Hash).Single(file => file.EndsWith(ResultFile.Weights.Suffix, StringComparison.Ordinal)), "damaged, and longer");
                break;
            default:
                File.WriteAllText(State.Inputs(before.Hash), "{}");
                break;
        }

        _assembly = Code(2);
        var snapshot = File.ReadAllText(Paths.Verified);

        Assert.False(Keep());

        Assert.Equal("ABS1021", Assert.Single(_engine.Errors).Code);
        Assert.Equal(snapshot, File.ReadAllText(Paths.Verified));
    }

    [Fact]
    public void What_a_killed_build_left_undone_is_done()
    {
        Accepted();
        var snapshot = File.ReadAllBytes(Paths.Verified);
        _assembly = Code(2);
        Assert.True(Keep());
        var kept = File.ReadAllBytes(Paths.Verified);
        File.WriteAllBytes(Paths.Verified, snapshot);

        Assert.True(Keep());

        Assert.Equal(kept, File.ReadAllBytes(Paths.Verified));
    }

    [Fact]
    public void Where_nothing_has_changed_nothing_is_done()
    {
        Accepted();

        Assert.True(Keep());

        Assert.Contains(_engine.Messages, message => message.Contains("there is nothing to keep it from", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(_folder.Path, "cache", "ac")));
    }

    private bool Keep(TaskItem[]? models = null, params string[] names)
    {
        using var task = new AbsKeepPlans
        {
            BuildEngine = _engine,
            ProjectFile = Path.Combine(_folder.Path, "Models.csproj"),
            SnapshotDirectory = Path.Combine(_folder.Path, "AbsPlans"),
            StateDirectory = _folder.Path,
            CacheDirectory = Path.Combine(_folder.Path, "cache"),
            AssemblyFile = _assembly,
            DepsFile = Deps(),
            Models = models ?? [_model],
            Names = names,
        };
        return task.Execute();
    }

    private Fingerprint Accepted()
    {
        var fingerprint = Current();
        var folder = State.CreateTemporaryFolder();
        foreach (var file in State.Files(fingerprint.Hash))
        {
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), file.EndsWith(ResultFile.Run.Suffix, StringComparison.Ordinal) ? """{ "device": "cpu", "epochs": [] }""" : "the weights");
        }

        File.WriteAllBytes(Path.Combine(folder, "digits.weights.zip"), Weights);
        PlanFile.Write(Path.Combine(folder, "digits.plan.json"), SamplePlan.Digits with { Fingerprint = fingerprint.Hash });
        State.Take(folder, fingerprint);
        Snapshot(SamplePlan.Digits with { Fingerprint = fingerprint.Hash });
        return fingerprint;
    }

    private void Snapshot(CompressionPlan plan) => PlanFile.Write(Paths.Verified, plan, byteOrderMark: true);

    private Fingerprint Current() => new ProjectFingerprint(
        EngineVersion.Current,
        new ProjectPackages(Deps(), "", "net10.0"),
        new CodeHashes(Path.Combine(_folder.Path, "code.tsv"), [_assembly]),
        new FileHashes(Path.Combine(_folder.Path, "hashes.tsv")),
        new DataCover("", "")).Of(Assert.Single(ModelItem.ReadAll([_model], _folder.Path, [])));

    private string Deps() => _folder.Write("x.deps.json", """{ "libraries": { "Torch/1.0.0": { "type": "package" } } }""");

    private string Code(int size) => _compiled.Library("Model", $"public class Model {{ public int Size() => {size}; }}");
}
