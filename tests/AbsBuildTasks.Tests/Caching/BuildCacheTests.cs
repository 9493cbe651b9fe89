using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Tests.Caching;

/// <summary>What builds give to caches and take from them.</summary>
public sealed class BuildCacheTests : BuildCacheTest
{
    [Fact]
    public void What_one_machine_stores_another_takes_and_keeps()
    {
        Use("one", cache => Store(cache));

        Use("two", cache => Assert.True(TryTake(cache)));

        SearchFiles.AssertEqual(In, Out);
        Server.Requests.Clear();
        Use("two", cache => Assert.True(TryTake(cache)));
        Assert.Empty(Server.Requests);
        Assert.Equal(["abs: digits: plan taken from the remote cache", "abs: digits: plan taken from the cache"], Log.Messages);
        Assert.Empty(Log.Warnings);
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

        Assert.Equal(["abs: digits: plan taken from the remote cache"], Log.Messages);
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

        Assert.DoesNotContain(Server.Requests, request => request.StartsWith("PUT", StringComparison.Ordinal));
        Assert.Equal(["abs: digits: the plan is in no cache, as its search was ended early (search after 4 epochs and 17 steps)"], Log.Messages);
    }

    [Fact]
    public void And_taken_from_none()
    {
        var files = SearchFiles.Write(In, plan: SamplePlan.Digits with { EndedEarly = [new("search", 4, 17)] });
        Use("two", _ => { });
        new PlanCache(Path.Combine(Folder.Path, "two")).Put(Key, files);

        Use("two", cache => Assert.False(TryTake(cache)));

        Assert.Contains("its plan's search was ended early", Assert.Single(Log.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sweep_goes_the_same_way()
    {
        SearchFiles.WriteSweep(In);
        Use("one", cache => cache.Store(SearchFiles.Model, alone: ResultFile.Sweep, Key, In, CancellationToken.None));

        Use("two", cache => Assert.True(cache.TryTake(SearchFiles.Model, alone: ResultFile.Sweep, Key, Out, _ => true, out _, CancellationToken.None)));
        Use("two", cache => Assert.True(cache.TryTakeLocal(SearchFiles.Model, alone: ResultFile.Sweep, Key, Out, _ => true)));

        SearchFiles.AssertEqual(In, Out);
        Assert.Empty(Log.Warnings);
    }

    [Fact]
    public void Read_only_takes_and_does_not_store()
    {
        Use("one", cache => Store(cache));
        Use("two", cache => Assert.True(TryTake(cache)), mode: "read-only");
        Server.Requests.Clear();

        Use("three", cache => Store(cache), mode: "read-only");

        Assert.Empty(Server.Requests);
        Assert.Empty(Log.Warnings);
    }

    [Fact]
    public void A_file_that_no_build_would_take_is_told_and_not_stored()
    {
        Use("one", cache => Store(cache), limits: RemoteCacheSetup.Quick with { FileLength = 1 });

        Assert.Empty(Server.Requests);
        Assert.Empty(Log.Warnings);
        Assert.Equal($"abs: digits: the plan is not stored in the remote cache, which takes no file of 1.3 KB (digits.weights.zip)", Assert.Single(Log.Messages));
        Use("one", cache => Assert.True(TryTake(cache)));
    }

    [Fact]
    public void What_is_missing_is_told_with_the_caches_that_were_asked_for_it()
    {
        Assert.StartsWith("nor in the remote cache ", Told("one", Key), StringComparison.Ordinal);
        Assert.EndsWith(", which looks as if no build ever stored a plan there: check the path in AbsRemoteCache", Told("one", Key), StringComparison.Ordinal);
        Use("one", Store);
        Assert.Equal($"nor in the remote cache {Server.Address}", Told("two", new('0', 64)));

        foreach (var path in Server.Stored.Keys.Where(path => path.StartsWith("/cas/", StringComparison.Ordinal)))
        {
            Server.Stored[path] = "damage"u8.ToArray();
        }

        Assert.Equal($"and what the remote cache {Server.Address} has cannot be used", Told("two", Key));
        Server.FailWith(403);
        Assert.Equal($"and the remote cache {Server.Address} could not be asked", Told("two", Key));
        Assert.Equal($"and the remote cache {Server.Address} could not be asked", Told("two", Key));

        var alone = new BuildCache(new PlanCache(Path.Combine(Folder.Path, "alone")), "/alone", null, Log);
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
            var folder = Path.Combine(Folder.Path, machine) + ", ";
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

        Assert.Equal([$"GET /ac/{Key}", $"GET /cas/{ContentHash.Of("")}", $"GET /ac/{Key}"], Server.Requests);
    }

    [Fact]
    public void A_folder_that_is_no_cache_is_one_warning_and_left_as_it_is()
    {
        var bazel = Path.Combine(Folder.Path, "one", "cas", "00");
        Directory.CreateDirectory(bazel);
        File.WriteAllText(Path.Combine(bazel, Key), "precious");

        Use("one", cache =>
        {
            Assert.False(TryTake(cache));
            Store(cache);
            Store(cache);
        });

        Assert.Equal(AbsCodes.NotACache, Assert.Single(Log.Warnings).Code);
        Assert.Equal([Path.Combine(bazel, Key)], Directory.GetFiles(Path.Combine(Folder.Path, "one"), "*", SearchOption.AllDirectories));
    }
}
