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
using AbsBuildTasks.Tests.Caching;
using AbsBuildTasks.Tests.Infrastructure;
using AbsBuildTasks.Workers;
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

    [UnixTheory]
    [InlineData(1, 1, "baseline")]
    [InlineData(2, 1, "baseline")]
    [InlineData(1, 2, "searched network")]
    [InlineData(2, 2, "searched network")]
    public void By_force_a_point_begins_with_what_the_search_of_the_models_own_plan_has_made(int parallel, int made, string afresh)
    {
        var request = _folder.File("request.json");
        var wanted = new WantedPlan(_model, FingerprintOf(_model), new ModelState(State, "digits").CreateTemporaryFolder());
        SearchFiles.Write(_folder.File("made"), plan: SamplePlan.Digits with { Fingerprint = Own });
        var keys = StageKeys.Of(wanted.Fingerprint, _model.Settings, isHeld: false);
        var stages = string.Join(' ', SearchStage.All.Take(made).Select(stage => stage.FileOf(keys.Of(stage)!)));
        var host = _folder.WriteProgram("host", $$"""
            for last; do :; done
            if ! grep -q '"{{Own}}"' "$last"; then cp "$last" '{{request}}'; exit 1; fi
            cp '{{_folder.File("made")}}'/* '{{wanted.Folder}}'
            mkdir -p '{{_folder.File("stages")}}/digits' && cd '{{_folder.File("stages")}}/digits' && touch {{stages}}
            echo '{"abs":1,"kind":"done"}'
            """);
        var point = Assert.Single(new ModelSweep(_task, _model, Own, _folder.File("digits.sweep.json"), isAfresh: true).Missing);
        var (together, failures) = (new SideBySide(parallel), new List<Exception>());
        var setup = SearchSetups.In(_folder, host) with { Together = together };
        var search = SearchIn(setup, isForced: true);
        var asked = PointsOf(search, setup);

        // With one at a time what fails is thrown.
        var thrown = Record.Exception(() => together.Run(() => together.Start(Run), failures.Add, _ => { }));

        Assert.Equal(AbsCodes.WorkerFailed, Assert.IsType<AbsException>(thrown ?? Assert.Single(failures)).Code);
        Assert.True(File.Exists(wanted.PlanFile));
        Assert.Equal(afresh, SearchRequestJson.Read(File.ReadAllText(request)).Afresh);

        void Run()
        {
            asked.RunBeside(Own, [point], isOwnFirst: true, beside => search.Run(wanted with { Beside = beside }, [], CancellationToken.None));
            _ = asked.Of(point, SamplePlan.Digits.Metric);
        }
    }

    private static Fingerprint FingerprintOf(ModelItem model) => new FingerprintBuilder().AddSettings(model.Settings).Build();

    private IEnumerable<PlanPoint> Seeds(bool isAfresh) => new ModelNoise(_task, _model, Own, _folder.File("digits.noise.json"), snapshots: null, isAfresh).Missing;

    private void Search(string host, IReadOnlyList<PlanPoint> points, PlanPoint point, bool isForced = false)
    {
        var setup = SearchSetups.In(_folder, host);
        var asked = PointsOf(SearchIn(setup, isForced), setup);
        asked.RunBeside(Own, points, isOwnFirst: false, _ => { });

        Assert.Equal(AbsCodes.WorkerFailed, Assert.Throws<AbsException>(() => asked.Of(point, SamplePlan.Digits.Metric)).Code);
    }

    private PlanSearch SearchIn(SearchSetup setup, bool isForced)
    {
        var cache = _folder.File("cache");
        return new(_task, new BuildCache(new PlanCache(cache), cache, remote: null, _task), setup, State, isForced);
    }

    private ModelPoints PointsOf(PlanSearch search, SearchSetup setup) => new(_task, search, setup.Together, State, FingerprintOf, mayRun: true, CancellationToken.None);
}
