using AbsBuildTasks.Caching;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.State;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

/// <summary>Points whose search fails as soon as it has begun: what counts is what it was told, and what it left alone.</summary>
public sealed class ModelPointsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingTask _task = new();
    private readonly ModelItem _model;

    public ModelPointsTests()
    {
        var item = new TaskItem("digits", new Dictionary<string, string> { ["Budget"] = "bops=3%", ["Sweep"] = "bops=1%", ["Seeds"] = "3" });
        _model = ModelItem.ReadAll([item], _folder.Path, []).Single();
    }

    private string Own => FingerprintOf(_model).Hash;

    private string State => _folder.File("obj");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_point_leaves_what_the_search_of_the_models_own_plan_has_kept()
    {
        var checkpoints = new CheckpointFolder(State, "digits");
        var (own, gone) = (checkpoints.Of(Own), checkpoints.Of(new('0', 64)));
        Directory.CreateDirectory(own);
        Directory.CreateDirectory(gone);
        PlanPoint[] seeds = [.. Seeds(isAfresh: false)];

        Search("/nowhere/dotnet", seeds, seeds[0]);

        Assert.True(Directory.Exists(own));
        Assert.False(Directory.Exists(gone));
    }

    [UnixTheory]
    [InlineData(true, "full-precision training")]
    [InlineData(false, null)]
    public void By_force_a_point_begins_with_nothing_that_this_build_has_not_made(bool isForced, string? afresh)
    {
        var request = _folder.File("request.json");
        var host = _folder.WriteProgram("host", $"for last; do :; done; cp \"$last\" '{request}'; exit 1");
        PlanPoint[] points = [.. Seeds(isForced), .. new ModelSweep(_task, _model, Own, _folder.File("digits.sweep.json"), isForced).Missing];

        Assert.Equal(["seed 2", "seed 3", "bops=1%"], points.Select(point => point.Name));
        Assert.All(points, point =>
        {
            Search(host, points, point, isForced);
            Assert.Equal(afresh, SearchRequestJson.Read(File.ReadAllText(request)).Afresh);
        });
    }

    private static Fingerprint FingerprintOf(ModelItem model) => new FingerprintBuilder().AddSettings(model.Settings).Build();

    private IEnumerable<PlanPoint> Seeds(bool isAfresh) => new ModelNoise(_task, _model, Own, _folder.File("digits.noise.json"), snapshots: null, isAfresh).Missing;

    private void Search(string host, IReadOnlyList<PlanPoint> points, PlanPoint point, bool isForced = false)
    {
        var setup = SearchSetups.In(_folder, host);
        var cache = _folder.File("cache");
        var search = new PlanSearch(_task, new BuildCache(new PlanCache(cache), cache, remote: null, _task), setup, State, isForced);
        var asked = new ModelPoints(_task, search, setup.Together, State, FingerprintOf, mayRun: true, CancellationToken.None);
        asked.RunBeside(Own, points, isOwnFirst: false, _ => { });

        Assert.Equal(AbsCodes.WorkerFailed, Assert.Throws<AbsException>(() => asked.Of(point, SamplePlan.Digits.Metric)).Code);
    }
}
