using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Tests.Infrastructure;

namespace AbsBuildTasks.Tests.Caching;

/// <summary>What stages of searches came to, on its way between clones and machines.</summary>
public sealed class StageFilesTests : IDisposable
{
    private static readonly StageKeys Keys = new(new('a', 64), new('b', 64), new('c', 64));

    private static readonly string[] All = ["a training", "b baseline", "c search"];

    private readonly TemporaryFolder _folder = new();
    private readonly CacheServer _server = new();
    private readonly RecordingTask _task = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_one_clone_has_made_another_on_the_machine_takes()
    {
        Search("one", "clone 1", Keys);

        Use("one", "clone 2", Keys, files => Begin(files));

        Assert.Equal(All, Contents("clone 2"));
        Assert.Equal(
            ["abs: digits: full-precision training taken from the cache", "abs: digits: baseline taken from the cache", "abs: digits: searched network taken from the cache"],
            _task.Messages);
        Assert.Empty(_task.Warnings);
    }

    [Fact]
    public void And_another_machine_through_the_remote_cache()
    {
        Search("one", "clone 1", Keys);

        Use("two", "clone 2", Keys, files => Begin(files));
        _server.Requests.Clear();
        Use("two", "clone 3", Keys, files => Begin(files));

        Assert.Equal(All, Contents("clone 2"));
        Assert.Equal(All, Contents("clone 3"));
        Assert.Empty(_server.Requests);
        string[] stages = ["full-precision training", "baseline", "searched network"];
        Assert.Equal([.. stages.Select(stage => $"abs: digits: {stage} taken from the remote cache"), .. stages.Select(stage => $"abs: digits: {stage} taken from the cache")], _task.Messages);
        Assert.Empty(_task.Warnings);
    }

    [Fact]
    public void What_is_in_obj_is_neither_asked_for_nor_stored_again()
    {
        Search("one", "clone 1", Keys);
        _server.Requests.Clear();

        Search("one", "clone 1", Keys, isMade: false);

        Assert.Equal(All, Contents("clone 1"));
        Assert.Empty(_server.Requests);
        Assert.Empty(_task.Messages);
    }

    [Fact]
    public void A_search_that_begins_afresh_takes_nothing_and_gives_its_own()
    {
        Search("one", "clone 1", Keys);
        Use("one", "clone 2", Keys, files =>
        {
            Begin(files, SearchStage.Training);
            Assert.Empty(Contents("clone 2"));
            Write("clone 2", Keys, "new");
            files.End(CancellationToken.None);
        });

        Use("one", "clone 3", Keys, files => Begin(files));

        Assert.Equal(["a training new", "b baseline new", "c search new"], Contents("clone 3"));
    }

    [Fact]
    public void One_that_only_searches_afresh_takes_the_training_and_waits_for_no_search()
    {
        Search("one", "clone 1", Keys);
        Use("one", "clone 2", Keys, other =>
        {
            Begin(other, SearchStage.Training);
            Use("one", "clone 3", Keys, files => files.Begin(SearchStage.Search, _ => throw new InvalidOperationException("waited"), CancellationToken.None));
        });

        Assert.Equal(["a training", "b baseline"], Contents("clone 3"));
    }

    [Fact]
    public void A_stage_without_a_key_is_the_searchs_alone()
    {
        Search("one", "clone 1", Keys);

        Use("one", "clone 2", Keys with { Search = null }, files => Begin(files));

        Assert.Equal(["a training", "b baseline"], Contents("clone 2"));
    }

    [Fact]
    public void Other_keys_and_other_devices_are_others()
    {
        Search("one", "clone 1", Keys);

        Use("one", "clone 2", new(new('d', 64), new('e', 64), new('f', 64)), files => Begin(files));
        Use("one", "clone 3", Keys, files => Begin(files), device: "cuda");

        Assert.Empty(Contents("clone 2"));
        Assert.Empty(Contents("clone 3"));
    }

    [Fact]
    public void A_damaged_entry_is_told_removed_and_a_miss()
    {
        Search("one", "clone 1", Keys);
        foreach (var content in Directory.GetFiles(Path.Combine(_folder.Path, "one", "cas"), "*", SearchOption.AllDirectories))
        {
            File.AppendAllText(content, "x");
        }

        Use("one", "clone 2", Keys, files => Begin(files), hasServer: false);

        Assert.Empty(Contents("clone 2"));
        Assert.Equal(3, _task.Warnings.Count);
        Assert.All(_task.Warnings, warning => Assert.Equal(AbsCodes.CacheEntryCorrupt, warning.Code));
    }

    [Fact]
    public void A_plan_is_not_taken_for_a_stage()
    {
        var files = SearchFiles.Write(Path.Combine(_folder.Path, "plan"));
        Search("one", "clone 1", Keys);
        var cache = new PlanCache(Path.Combine(_folder.Path, "one"));
        cache.Put(SearchFiles.Fingerprint, files);

        Assert.False(cache.TryGet(SearchFiles.Fingerprint, "baseline", _folder.File("out"), out var warning, ResultFile.Stage));
        Assert.Equal(AbsCodes.CacheEntryCorrupt, warning!.Code);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_time_alone()
    {
        Search("one", "clone 1", Keys);
        _folder.Write("clone 2/stages", "no folder");

        Use("one", "clone 2", Keys, files => Begin(files));

        var warning = Assert.Single(_task.Warnings);
        Assert.Equal(AbsCodes.CacheNotWritable, warning.Code);
        Assert.Contains("full-precision training of 'digits'", warning.Message, StringComparison.Ordinal);
        Assert.Empty(_task.Messages);
        Assert.Equal("no folder", File.ReadAllText(Folder("clone 2")));
    }

    [UnixFact]
    public void Nor_does_a_search_fail_that_has_ended()
    {
        Write("elsewhere", Keys, "");
        Use("one", "clone 1", Keys, files =>
        {
            Begin(files);
            Directory.Delete(Folder("clone 1"));
            Directory.CreateSymbolicLink(Folder("clone 1"), Folder("elsewhere"));
            files.End(CancellationToken.None);
        });

        Assert.Equal(AbsCodes.CacheNotWritable, Assert.Single(_task.Warnings).Code);
        Assert.Empty(_server.Stored);
        Assert.Equal(All, Contents("elsewhere"));
    }

    [Fact]
    public void What_another_search_is_at_is_waited_for_and_taken_when_it_is_there()
    {
        Use("one", "clone 1", Keys, first =>
        {
            Begin(first);
            var made = new Queue<(SearchStage Stage, string Key)>([(SearchStage.Training, Keys.Training!), (SearchStage.Baseline, Keys.Baseline!), (SearchStage.Search, Keys.Search!)]);
            Use("one", "clone 2", Keys, second => second.Begin(afresh: null, wait => Waited(wait, () =>
            {
                var (stage, key) = made.Dequeue();
                File.WriteAllText(Path.Combine(Directory.CreateDirectory(Folder("clone 1")).FullName, stage.FileOf(key)), stage.Title);
                first.Publish(phase: null, CancellationToken.None);
            }), CancellationToken.None));
            Assert.Empty(made);
        });

        string[] stages = ["full-precision training", "baseline", "searched network"];
        Assert.Equal(stages.Order(StringComparer.Ordinal), Contents("clone 2"));
        Assert.Equal(stages.SelectMany(stage => new[] { $"abs: digits: another search makes the same {stage}; waiting for it", $"abs: digits: {stage} taken from the cache" }), _task.Messages);
    }

    [Fact]
    public void Who_waits_makes_it_itself_where_the_other_search_ends_without()
    {
        Use("one", "clone 1", Keys with { Baseline = null, Search = null }, first =>
        {
            Begin(first);
            Use("one", "clone 2", Keys with { Baseline = null, Search = null }, second =>
            {
                second.Begin(afresh: null, wait => Waited(wait, first.Dispose), CancellationToken.None);
                Assert.Empty(Contents("clone 2"));

                // It is now the one that others wait for, until its training is over, though that is not kept.
                Use("one", "clone 3", Keys with { Baseline = null, Search = null }, third => third.Begin(afresh: null, wait => Waited(wait, () => second.Publish("baseline", CancellationToken.None)), CancellationToken.None));
            });
        });

        Assert.Equal(Enumerable.Repeat("abs: digits: another search makes the same full-precision training; waiting for it", 2), _task.Messages);
        Assert.Empty(_server.Stored);
    }

    [Fact]
    public void In_the_end_obj_has_the_stages_of_the_models_own_plan()
    {
        Write("clone 1", Keys, "");
        Write("clone 1", new(new('d', 64), Keys.Baseline, new('f', 64)), "of another");

        StageFiles.RemoveOthers(Folder("clone 1"), Keys with { Search = null });
        StageFiles.RemoveOthers(Folder("clone 2"), Keys);

        Assert.Equal(["a training", "b baseline of another"], Contents("clone 1"));
    }

    [Fact]
    public void A_build_that_is_cancelled_while_it_stores_a_stage_goes_on_to_its_end()
    {
        Use("one", "clone 1", Keys, first =>
        {
            Begin(first);
            Write("clone 1", Keys, "");
            first.Publish(phase: null, new CancellationToken(canceled: true));

            // Those that wait on this machine have it all the same.
            Use("one", "clone 2", Keys, second => Begin(second));
        });

        Assert.Equal(All, Contents("clone 2"));
        Assert.Empty(_server.Stored);
        Assert.Empty(_task.Warnings);
    }

    [Fact]
    public void Who_waits_for_a_stage_does_not_wait_for_the_remote_cache()
    {
        var keys = Keys with { Baseline = null, Search = null };
        using var hasWaited = new ManualResetEventSlim();
        var storing = Task.CompletedTask;
        Use("one", "clone 1", keys, first =>
        {
            Begin(first);
            Use("one", "clone 2", keys, second => second.Begin(afresh: null, wait => Waited(wait, () =>
            {
                File.WriteAllText(Path.Combine(Directory.CreateDirectory(Folder("clone 1")).FullName, SearchStage.Training.FileOf(Keys.Training!)), "a training");
                _server.Fault = (_, end) => Task.Run(() => !hasWaited.Wait(Patience.Long, end), end);
                storing = Task.Run(() => first.Publish(phase: null, CancellationToken.None));
            }), CancellationToken.None));
            Assert.Equal(["a training"], Contents("clone 2"));
            Assert.False(storing.IsCompleted);
            hasWaited.Set();
            Assert.True(storing.Wait(Patience.Long));
        });

        Assert.Single(_server.Stored, entry => entry.Key.StartsWith("/ac/", StringComparison.Ordinal));
    }

    private IDisposable Waited(Func<IDisposable> wait, Action release)
    {
        var told = _task.Messages.Count;
        var waiting = Task.Run(wait);
        Assert.True(SpinWait.SpinUntil(() => _task.Messages.Count > told, Patience.Long));
        Assert.False(waiting.IsCompleted);
        release();
        Assert.True(waiting.Wait(Patience.Long));
        return waiting.Result;
    }

    private static void Begin(StageFiles files, SearchStage? afresh = null) => files.Begin(afresh, wait => wait(), CancellationToken.None);

    private void Search(string machine, string clone, StageKeys keys, bool isMade = true) => Use(machine, clone, keys, files =>
    {
        Begin(files);
        if (isMade)
        {
            Write(clone, keys, "");
        }

        files.End(CancellationToken.None);
        Assert.Empty(Directory.GetDirectories(Folder(clone)));
    });

    private void Write(string clone, StageKeys keys, string more)
    {
        Directory.CreateDirectory(Folder(clone));
        File.WriteAllText(Path.Combine(Folder(clone), SearchStage.Training.FileOf(keys.Training!)), ("a training " + more).Trim());
        File.WriteAllText(Path.Combine(Folder(clone), SearchStage.Baseline.FileOf(keys.Baseline!)), ("b baseline " + more).Trim());
        File.WriteAllText(Path.Combine(Folder(clone), SearchStage.Search.FileOf(keys.Search!)), ("c search " + more).Trim());
    }

    private string[] Contents(string clone) => Directory.Exists(Folder(clone)) ? [.. Directory.GetFiles(Folder(clone)).Select(File.ReadAllText).Order(StringComparer.Ordinal)] : [];

    private string Folder(string clone) => Path.Combine(_folder.Path, clone, "stages");

    private void Use(string machine, string clone, StageKeys keys, Action<StageFiles> use, string device = "cpu", bool hasServer = true)
    {
        var folder = Path.Combine(_folder.Path, machine);
        using var remote = hasServer ? new RemoteCache(RemoteSettings.Read(_server.Address, "", _ => null)!, RemoteCacheSetup.Quick) : null;
        using var files = new StageFiles(new BuildCache(new PlanCache(folder), folder, remote, _task), "digits", Folder(clone), keys, device);
        use(files);
    }
}
