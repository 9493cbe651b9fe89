using AbsBuildTasks.Fingerprints;
using AbsBuildTasks.Fingerprints.Packages;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.State;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Fingerprints.Code;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

public sealed class AcceptPlansTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Compiled _compiled = new();
    private readonly RecordingTask _engine = new();
    private readonly string _assembly;
    private readonly TaskItem _model = new("digits", new Dictionary<string, string> { ["Budget"] = "bops=5%" });
    private readonly string _deps;

    public AcceptPlansTests()
    {
        _assembly = _compiled.Library("Model", "public class Model;");
        _deps = _folder.Write("x.deps.json", """{ "libraries": { "Torch/1.0.0": { "type": "package" } } }""");
    }

    private SnapshotPaths Paths => new(Path.Combine(_folder.Path, "AbsPlans"), "digits");

    public void Dispose()
    {
        _folder.Dispose();
        _compiled.Dispose();
    }

    [Fact]
    public void The_last_builds_plan_is_accepted_and_not_an_older_received_one()
    {
        var fingerprint = Current();
        Build(fingerprint, weightBits: 4);
        Receive(fingerprint.Hash, weightBits: 2);

        Assert.True(Accept());

        Assert.Equal(4, Accepted());
        Assert.False(File.Exists(Paths.Received));
    }

    [UnixFact]
    public void Nothing_is_written_where_the_folder_in_obj_or_one_in_it_is_a_link()
    {
        Build(Current(), weightBits: 4);
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Path, "outside")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(_folder.Path, "checkpoints"), outside);

        Assert.False(Accept());

        Assert.Equal("ABS5031", Assert.Single(_engine.Errors).Code);
        Assert.False(File.Exists(Paths.Verified));
        Assert.Empty(Directory.GetFileSystemEntries(outside));
    }

    [Fact]
    public void A_received_file_that_is_not_needed_may_be_no_plan()
    {
        Build(Current(), weightBits: 4);
        _folder.Write("AbsPlans/digits.plan.received.json", "{");

        Assert.True(Accept());

        Assert.Equal(4, Accepted());
        Assert.False(File.Exists(Paths.Received));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_received_plan_is_accepted_where_builds_left_none_of_the_project_as_it_is(bool hasOld)
    {
        if (hasOld)
        {
            Build(new FingerprintBuilder().Add("setting:Seed", "old").Build(), weightBits: 4);
        }

        Receive(Current().Hash, weightBits: 2);

        Assert.True(Accept());

        Assert.Equal(2, Accepted());
        Assert.False(File.Exists(Paths.Received));
    }

    [Fact]
    public void Plans_of_another_project_are_refused()
    {
        Build(new FingerprintBuilder().Add("setting:Seed", "old").Build(), weightBits: 4);
        Receive(SamplePlan.Fingerprint, weightBits: 2);

        Assert.False(Accept());

        Assert.Contains("is not the plan of the project as it is", Assert.Single(_engine.Errors).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Paths.Verified));
        Assert.True(File.Exists(Paths.Received));
    }

    [Fact]
    public void What_a_plan_was_made_from_is_kept_with_its_snapshot_and_so_is_the_policy()
    {
        var fingerprint = Current();
        Build(fingerprint, weightBits: 4);
        _model.SetMetadata("SnapshotPolicy", "no-regression");
        _model.SetMetadata("Tolerance", "metric=1");

        Assert.True(Accept());

        var kept = SnapshotInputs.For(Paths.Verified, PlanFile.Read(Paths.Verified).Plan)!;
        Assert.Equal(fingerprint.Entries, kept.Entries);
        Assert.Equal(("Release", "no-regression", "metric=1"), (kept.Configuration, kept.Rule.PolicyName, kept.Rule.ToleranceText));
        Assert.DoesNotContain(_folder.Path, File.ReadAllText(SnapshotInputs.PathOf(Paths.Verified)!), StringComparison.Ordinal);
    }

    private bool Accept() => new AbsAcceptPlans
    {
        Configuration = "Release",
        BuildEngine = _engine,
        ProjectFile = Path.Combine(_folder.Path, "Models.csproj"),
        SnapshotDirectory = Path.Combine(_folder.Path, "AbsPlans"),
        StateDirectory = _folder.Path,
        AssemblyFile = _assembly,
        DepsFile = _deps,
        Models = [_model],
    }.Execute();

    private int Accepted() => PlanFile.Read(Paths.Verified).Plan.Layers[0].WeightBits;

    private Fingerprint Current() => new ProjectFingerprint(
        EngineVersion.Current,
        new ProjectPackages(_deps, "", "net10.0"),
        new CodeHashes(Path.Combine(_folder.Path, "code.tsv"), [_assembly]),
        new FileHashes(Path.Combine(_folder.Path, "hashes.tsv")),
        new DataCover("", "")).Of(Assert.Single(ModelItem.ReadAll([_model], _folder.Path, [])));

    private void Build(Fingerprint fingerprint, int weightBits)
    {
        var state = new ModelState(_folder.Path, "digits");
        var folder = state.CreateTemporaryFolder();
        foreach (var file in state.Files(fingerprint.Hash))
        {
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), "");
        }

        PlanFile.Write(Path.Combine(folder, Path.GetFileName(state.PlanFile(fingerprint.Hash))), Plan(fingerprint.Hash, weightBits));
        state.Take(folder, fingerprint);
    }

    private void Receive(string fingerprint, int weightBits) => PlanFile.Write(Paths.Received, Plan(fingerprint, weightBits), byteOrderMark: true);

    private static CompressionPlan Plan(string fingerprint, int weightBits) =>
        SamplePlan.Digits.With("conv1", layer => layer with { WeightBits = weightBits }) with { Fingerprint = fingerprint };
}
