using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Plans.Text;
using AbsBuildTasks.Tests.Infrastructure;

namespace AbsBuildTasks.Tests.Caching;

public sealed class BuildCacheTests : IDisposable
{
    private const string Key = SearchFiles.Fingerprint;

    private readonly TemporaryFolder _folder = new();
    private readonly CacheServer _server = new();
    private RecordingTask _task = new();

    private string In => Path.Combine(_folder.Path, "in");

    private string Out => Path.Combine(_folder.Path, "out");

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_one_machine_stores_another_takes_and_keeps()
    {
        Use("one", cache => Store(cache));

        Use("two", cache => Assert.True(TryTake(cache)));

        SearchFiles.AssertEqual(In, Out);
        _server.Requests.Clear();
        Use("two", cache => Assert.True(TryTake(cache)));
        Assert.Empty(_server.Requests);
        Assert.Equal(["abs: digits: plan taken from the remote cache", "abs: digits: plan taken from the cache"], _task.Messages);
        Assert.Empty(_task.Warnings);
    }

    [Fact]
    public void A_plan_that_is_not_wanted_is_not_told_as_taken()
    {
        Use("one", cache => Store(cache));

        Use("two", cache =>
        {
            Assert.False(cache.TryTake(SearchFiles.Model, alone: null, Key, Out, _ => false, out _, CancellationToken.None));
            Assert.Empty(Directory.GetFiles(Out));
            Assert.True(TryTake(cache));
            Assert.False(cache.TryTakeLocal(SearchFiles.Model, alone: null, Key, Out, _ => false));
            Assert.Empty(Directory.GetFiles(Out));
        });

        Assert.Equal(["abs: digits: plan taken from the remote cache"], _task.Messages);
    }

    [Fact]
    public void A_plan_whose_search_was_ended_early_is_stored_nowhere()
    {
        var plan = SamplePlan.Digits with { EndedEarly = [new("search", 4, 17)] };
        SearchFiles.Write(In, plan: plan);

        Use("one", cache =>
        {
            cache.Store(SearchFiles.Model, alone: null, Key, In, CancellationToken.None);
            Assert.False(TryTake(cache));
        });

        Assert.DoesNotContain(_server.Requests, request => request.StartsWith("PUT", StringComparison.Ordinal));
        Assert.Equal(["abs: digits: the plan is in no cache, as its search was ended early (search after 4 epochs and 17 steps)"], _task.Messages);
    }

    [Fact]
    public void And_taken_from_none()
    {
        var files = SearchFiles.Write(In, plan: SamplePlan.Digits with { EndedEarly = [new("search", 4, 17)] });
        Use("two", _ => { });
        new PlanCache(Path.Combine(_folder.Path, "two")).Put(Key, files);

        Use("two", cache => Assert.False(TryTake(cache)));

        Assert.Contains("its plan's search was ended early", Assert.Single(_task.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_goes_the_same_way()
    {
        SearchFiles.WriteSweep(In);
        Use("one", cache => cache.Store(SearchFiles.Model, alone: ResultFile.Sweep, Key, In, CancellationToken.None));

        Use("two", cache => Assert.True(cache.TryTake(SearchFiles.Model, alone: ResultFile.Sweep, Key, Out, _ => true, out _, CancellationToken.None)));
        Use("two", cache => Assert.True(cache.TryTakeLocal(SearchFiles.Model, alone: ResultFile.Sweep, Key, Out, _ => true)));

        SearchFiles.AssertEqual(In, Out);
        Assert.Empty(_task.Warnings);
    }

    [Fact]
    public void Read_only_takes_and_does_not_store()
    {
        Use("one", cache => Store(cache));
        Use("two", cache => Assert.True(TryTake(cache)), mode: "read-only");
        _server.Requests.Clear();

        Use("three", cache => Store(cache), mode: "read-only");

        Assert.Empty(_server.Requests);
        Assert.Empty(_task.Warnings);
    }

    [Fact]
    public void A_file_that_no_build_would_take_is_told_and_not_stored()
    {
        Use("one", cache => Store(cache), limits: RemoteCacheSetup.Quick with { FileLength = 1 });

        Assert.Empty(_server.Requests);
        Assert.Empty(_task.Warnings);
        Assert.Equal($"abs: digits: the plan is not stored in the remote cache, which takes no file of 1.3 KB (digits.weights.zip)", Assert.Single(_task.Messages));
        Use("one", cache => Assert.True(TryTake(cache)));
    }

    [Fact]
    public void A_server_that_fails_is_one_warning_and_not_asked_again()
    {
        _server.FailWith(401);

        Use("one", cache =>
        {
            Assert.False(TryTake(cache));
            Assert.False(TryTake(cache));
            Store(cache);
            Assert.True(cache.TryTakeLocal(SearchFiles.Model, alone: null, Key, Out, _ => true));
        });

        Use("one, another project", cache => Assert.False(TryTake(cache)));

        Assert.Single(_server.Requests);
        var warning = Assert.Single(_task.Warnings);
        Assert.Equal(AbsCodes.RemoteCacheUnavailable, warning.Code);
        Assert.Equal($"The remote cache {_server.Address} is not used in the rest of this build, as it asks for other credentials (401); set ABS_REMOTE_CACHE_USER and ABS_REMOTE_CACHE_PASSWORD, or ABS_REMOTE_CACHE_TOKEN, in the environment.", warning.Message);
    }

    [Fact]
    public void A_server_that_does_not_take_a_plan_is_a_warning()
    {
        _server.FailWith(403);

        Use("one", cache => Store(cache));

        Assert.Contains("set AbsRemoteCacheMode=read-only", Assert.Single(_task.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lie_is_a_warning_that_goes_no_further_and_the_next_search_mends_it()
    {
        Use("one", cache => Store(cache));
        foreach (var path in _server.Stored.Keys.Where(path => path.StartsWith("/cas/", StringComparison.Ordinal)))
        {
            _server.Stored[path] = "damage"u8.ToArray();
        }

        Use("two", cache =>
        {
            Assert.False(TryTake(cache));
            Assert.False(cache.TryTakeLocal(SearchFiles.Model, alone: null, Key, Out, _ => true));
            Store(cache);
        });

        var warning = Assert.Single(_task.Warnings);
        Assert.Equal(AbsCodes.RemoteCacheCorrupt, warning.Code);
        Assert.StartsWith($"The remote cache {_server.Address} has something wrong for 'digits', which was not used: its content of digits.", warning.Message, StringComparison.Ordinal);
        Use("three", cache => Assert.True(TryTake(cache)));
        SearchFiles.AssertEqual(In, Out);
    }

    [Fact]
    public void Credentials_are_sent_and_never_logged()
    {
        Use("one", cache => TryTake(cache), token: "hush-hush");
        Assert.All(_server.Credentials, credentials => Assert.Equal("Bearer hush-hush", credentials));
        Assert.NotEmpty(_server.Credentials);

        foreach (var status in new[] { 302, 401, 403, 500 })
        {
            _task = new();
            _server.FailWith(status);
            Use("one", cache => TryTake(cache), token: "hush-hush");
            Assert.DoesNotContain("hush", Assert.Single(_task.Warnings).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_missing_is_told_with_the_caches_that_were_asked_for_it()
    {
        Assert.StartsWith("nor in the remote cache ", Told("one", Key), StringComparison.Ordinal);
        Assert.EndsWith(", which looks as if no build ever stored a plan there: check the path in AbsRemoteCache", Told("one", Key), StringComparison.Ordinal);
        Use("one", Store);
        Assert.Equal($"nor in the remote cache {_server.Address}", Told("two", new('0', 64)));

        foreach (var path in _server.Stored.Keys.Where(path => path.StartsWith("/cas/", StringComparison.Ordinal)))
        {
            _server.Stored[path] = "damage"u8.ToArray();
        }

        Assert.Equal($"and what the remote cache {_server.Address} has cannot be used", Told("two", Key));
        _server.FailWith(403);
        Assert.Equal($"and the remote cache {_server.Address} could not be asked", Told("two", Key));
        Assert.Equal($"and the remote cache {_server.Address} could not be asked", Told("two", Key));

        var alone = new BuildCache(new PlanCache(Path.Combine(_folder.Path, "alone")), "/alone", null, _task);
        Assert.False(alone.TryTake(SearchFiles.Model, alone: null, Key, Out, _ => true, out var none, CancellationToken.None));
        Assert.Equal("/alone, and there is no remote cache (AbsRemoteCache is not set)", alone.Describe(none));

        string Told(string machine, string key)
        {
            var told = "";
            Use(machine, cache =>
            {
                Assert.False(cache.TryTake(SearchFiles.Model, alone: null, key, Out, _ => true, out var asked, CancellationToken.None));
                told = cache.Describe(asked);
            });
            var folder = Path.Combine(_folder.Path, machine) + ", ";
            Assert.StartsWith(folder, told, StringComparison.Ordinal);
            return told[folder.Length..];
        }
    }

    [Fact]
    public void What_is_missing_costs_one_more_question_a_build()
    {
        Use("one", cache =>
        {
            Assert.False(TryTake(cache));
            Assert.False(TryTake(cache));
        });

        Assert.Equal([$"GET /ac/{Key}", $"GET /cas/{ContentHash.Of("")}", $"GET /ac/{Key}"], _server.Requests);
    }

    [Fact]
    public void A_server_that_does_not_answer_in_time_is_not_asked_again()
    {
        _server.Fault = async (_, end) =>
        {
            await Task.Delay(Timeout.Infinite, end);
            return true;
        };

        Use("one", cache => Assert.False(TryTake(cache)), limits: RemoteCacheSetup.Quick with { Silence = TimeSpan.FromSeconds(1) });
        Use("one, another project", cache => Assert.False(TryTake(cache)));

        // On a busy machine the server may not have seen even the first question.
        Assert.InRange(_server.Requests.Count, 0, 1);
        Assert.StartsWith($"The remote cache {_server.Address} is not used in the rest of this build, as it took too long to answer; ", Assert.Single(_task.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_takes_long_to_answer_wrongly_is_not_asked_again()
    {
        Use("one", cache => Store(cache));
        Use("two", cache => Assert.True(TryTake(cache)), limits: RemoteCacheSetup.Quick with { Waste = TimeSpan.Zero });
        Assert.Empty(_task.Warnings);
        _server.Stored["/ac/" + Key] = "damage"u8.ToArray();
        _server.Requests.Clear();

        Use("three", cache =>
        {
            Assert.False(TryTake(cache));
            Store(cache);
        }, limits: RemoteCacheSetup.Quick with { Waste = TimeSpan.Zero });
        Use("three, another project", cache => Assert.False(TryTake(cache)));

        Assert.Equal(["GET /ac/" + Key], _server.Requests);
        Assert.Equal([AbsCodes.RemoteCacheCorrupt, AbsCodes.RemoteCacheUnavailable], _task.Warnings.Select(warning => warning.Code));
        Assert.Matches($"^The remote cache {_server.Address} is not used in the rest of this build, as it took [0-9]+ seconds and gave no plan that can be used; check the server, and the connection to it[.]$", _task.Warnings[1].Message);
    }

    [Fact]
    public void Time_for_nothing_adds_up_over_the_projects_of_a_build()
    {
        var pause = TimeSpan.FromMilliseconds(300);
        _server.Fault = async (_, end) =>
        {
            await Task.Delay(pause, end);
            return false;
        };

        for (var project = 0; project < 4; project++)
        {
            Use("one", cache => Assert.False(TryTake(cache)), limits: RemoteCacheSetup.Quick with { Waste = pause * 1.5 });
        }

        // As few as one on a machine that is slow itself.
        Assert.InRange(_server.Requests.Count, 1, 2);
        Assert.Equal(AbsCodes.RemoteCacheUnavailable, Assert.Single(_task.Warnings).Code);
    }

    [Fact]
    public void A_folder_that_is_no_cache_is_one_warning_and_left_as_it_is()
    {
        var bazel = Path.Combine(_folder.Path, "one", "cas", "00");
        Directory.CreateDirectory(bazel);
        File.WriteAllText(Path.Combine(bazel, Key), "precious");

        Use("one", cache =>
        {
            Assert.False(TryTake(cache));
            Store(cache);
            Store(cache);
        });

        Assert.Equal(AbsCodes.NotACache, Assert.Single(_task.Warnings).Code);
        Assert.Equal([Path.Combine(bazel, Key)], Directory.GetFiles(Path.Combine(_folder.Path, "one"), "*", SearchOption.AllDirectories));
    }

    private bool TryTake(BuildCache cache) => cache.TryTake(SearchFiles.Model, alone: null, Key, Out, _ => true, out _, CancellationToken.None);

    private void Store(BuildCache cache)
    {
        SearchFiles.Write(In);
        cache.Store(SearchFiles.Model, alone: null, Key, In, CancellationToken.None);
    }

    private void Use(string machine, Action<BuildCache> use, string mode = "", string? token = null, RemoteLimits? limits = null)
    {
        var settings = RemoteSettings.Read(_server.Address, mode, name => name == "ABS_REMOTE_CACHE_TOKEN" ? token : null)!;
        using var remote = new RemoteCache(settings, limits ?? RemoteCacheSetup.Quick);
        use(new BuildCache(new PlanCache(Path.Combine(_folder.Path, machine)), Path.Combine(_folder.Path, machine), remote, _task));
    }
}
