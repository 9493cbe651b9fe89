using AbsBuildTasks.Caching;
using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.State;
using AbsBuildTasks.Tasks;
using AbsBuildTasks.Tests.Infrastructure;
using Microsoft.Build.Utilities;

namespace AbsBuildTasks.Tests.Tasks;

/// <summary>Searches whose worker is a script that says what came of them.</summary>
public sealed class PlanSearchTests : IDisposable
{
    private const string Missed = "echo '{\"abs\":1,\"kind\":\"error\",\"code\":\"ABS3001\",\"text\":\"Budget=\\\"size=1B\\\" cannot be met: why.\",\"layer\":null}'; exit 1";

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingTask _task = new();

    public void Dispose() => _folder.Dispose();

    private string State => _folder.File("obj");

    [UnixFact]
    public void A_budget_that_is_missed_is_told_in_the_same_words_however_many_searches_run_at_once()
    {
        var alone = Search("alone").PointOf(Wanted("digits"), mayRun: true, CancellationToken.None);
        var beside = Search("beside").PointOf(Wanted("digits [size=1B]"), mayRun: true, CancellationToken.None);

        Assert.Equal("AbsModel 'digits': the point \"size=1B\" of Sweep cannot be met: why. The sweep goes on without this point.", alone.Miss!.Reason);
        Assert.Equal(alone, beside);
    }

    [UnixFact]
    public void The_state_of_a_search_that_missed_its_budget_stays_until_a_cache_has_that()
    {
        var wanted = Wanted("digits [size=1B]");
        var checkpoint = new CheckpointFolder(State, "digits").Of(wanted.Fingerprint.Hash);
        var search = Search("cache");

        var outcome = search.PointOf(wanted, mayRun: true, CancellationToken.None);

        Assert.True(outcome.IsNew);
        Assert.True(Directory.Exists(checkpoint));
        search.KeepMiss(wanted, outcome.Miss!, new() { Name = "top-1", FullPrecision = 90, Compressed = 80 }, CancellationToken.None);
        Assert.False(Directory.Exists(checkpoint));
        Assert.Equal(new PointOutcome(Miss: outcome.Miss), search.PointOf(Wanted("digits"), mayRun: false, CancellationToken.None));
    }

    private WantedPlan Wanted(string label)
    {
        var model = Assert.Single(ModelItem.ReadAll([new TaskItem("digits", new Dictionary<string, string> { ["Budget"] = "size=1B" })], _folder.Path, []));
        return new(model, new FingerprintBuilder().Add("engine", "1").Build(), new ModelState(State, "digits").CreateTemporaryFolder()) { Label = label };
    }

    private PlanSearch Search(string cacheName)
    {
        var cache = _folder.File(cacheName);
        var setup = SearchSetups.In(_folder, _folder.WriteProgram("host", Missed));
        return new(_task, new BuildCache(new PlanCache(cache), cache, remote: null, _task), setup, State, isForced: false);
    }
}
