using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Tests.Caching;

/// <summary>Servers that fail, lie, or take long: a build goes on without them.</summary>
public sealed class RemoteFailureTests : BuildCacheTest
{
    [Fact]
    public void A_server_that_fails_is_one_warning_and_not_asked_again()
    {
        Server.FailWith(401);

        Use("one", cache =>
        {
            Assert.False(TryTake(cache));
            Assert.False(TryTake(cache));
            Store(cache);
            Assert.True(cache.TryTakeLocal(SearchFiles.Model, alone: null, Key, Out, _ => true));
        });

        Use("one, another project", cache => Assert.False(TryTake(cache)));

        Assert.Single(Server.Requests);
        var warning = Assert.Single(Log.Warnings);
        Assert.Equal(AbsCodes.RemoteCacheUnavailable, warning.Code);
        Assert.Equal($"The remote cache {Server.Address} is not used in the rest of this build, as it asks for other credentials (401); set ABS_REMOTE_CACHE_USER and ABS_REMOTE_CACHE_PASSWORD, or ABS_REMOTE_CACHE_TOKEN, in the environment.", warning.Message);
    }

    [Fact]
    public void A_server_that_does_not_take_a_plan_is_a_warning()
    {
        Server.FailWith(403);

        Use("one", cache => Store(cache));

        Assert.Contains("set AbsRemoteCacheMode=read-only", Assert.Single(Log.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lie_is_a_warning_that_goes_no_further_and_the_next_search_mends_it()
    {
        Use("one", cache => Store(cache));
        foreach (var path in Server.Stored.Keys.Where(path => path.StartsWith("/cas/", StringComparison.Ordinal)))
        {
            Server.Stored[path] = "damage"u8.ToArray();
        }

        Use("two", cache =>
        {
            Assert.False(TryTake(cache));
            Assert.False(cache.TryTakeLocal(SearchFiles.Model, alone: null, Key, Out, _ => true));
            Store(cache);
        });

        var warning = Assert.Single(Log.Warnings);
        Assert.Equal(AbsCodes.RemoteCacheCorrupt, warning.Code);
        Assert.StartsWith($"The remote cache {Server.Address} has something wrong for 'digits', which was not used: its content of digits.", warning.Message, StringComparison.Ordinal);
        Use("three", cache => Assert.True(TryTake(cache)));
        SearchFiles.AssertEqual(In, Out);
    }

    [Fact]
    public void Credentials_are_sent_and_never_logged()
    {
        Use("one", cache => TryTake(cache), token: "hush-hush");
        Assert.All(Server.Credentials, credentials => Assert.Equal("Bearer hush-hush", credentials));
        Assert.NotEmpty(Server.Credentials);

        foreach (var status in new[] { 302, 401, 403, 500 })
        {
            Log = new();
            Server.FailWith(status);
            Use("one", cache => TryTake(cache), token: "hush-hush");
            Assert.DoesNotContain("hush", Assert.Single(Log.Warnings).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_server_that_does_not_answer_in_time_is_not_asked_again()
    {
        Server.Fault = async (_, end) =>
        {
            await Task.Delay(Timeout.Infinite, end);
            return true;
        };

        Use("one", cache => Assert.False(TryTake(cache)), limits: RemoteCacheSetup.Quick with { Silence = TimeSpan.FromSeconds(1) });
        Use("one, another project", cache => Assert.False(TryTake(cache)));

        // On a busy machine the server may not have seen even the first question.
        Assert.InRange(Server.Requests.Count, 0, 1);
        Assert.StartsWith($"The remote cache {Server.Address} is not used in the rest of this build, as it took too long to answer; ", Assert.Single(Log.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_takes_long_to_answer_wrongly_is_not_asked_again()
    {
        Use("one", cache => Store(cache));
        Use("two", cache => Assert.True(TryTake(cache)), limits: RemoteCacheSetup.Quick with { Waste = TimeSpan.Zero });
        Assert.Empty(Log.Warnings);
        Server.Stored["/ac/" + Key] = "damage"u8.ToArray();
        Server.Requests.Clear();

        Use("three", cache =>
        {
            Assert.False(TryTake(cache));
            Store(cache);
        }, limits: RemoteCacheSetup.Quick with { Waste = TimeSpan.Zero });
        Use("three, another project", cache => Assert.False(TryTake(cache)));

        Assert.Equal(["GET /ac/" + Key], Server.Requests);
        Assert.Equal([AbsCodes.RemoteCacheCorrupt, AbsCodes.RemoteCacheUnavailable], Log.Warnings.Select(warning => warning.Code));
        Assert.Matches($"^The remote cache {Server.Address} is not used in the rest of this build, as it took [0-9]+ seconds and gave no plan that can be used; check the server, and the connection to it[.]$", Log.Warnings[1].Message);
    }

    [Fact]
    public void Time_for_nothing_adds_up_over_the_projects_of_a_build()
    {
        var pause = TimeSpan.FromMilliseconds(300);
        Server.Fault = async (_, end) =>
        {
            await Task.Delay(pause, end);
            return false;
        };

        for (var project = 0; project < 4; project++)
        {
            Use("one", cache => Assert.False(TryTake(cache)), limits: RemoteCacheSetup.Quick with { Waste = pause * 1.5 });
        }

        // As few as one on a machine that is slow itself.
        Assert.InRange(Server.Requests.Count, 1, 2);
        Assert.Equal(AbsCodes.RemoteCacheUnavailable, Assert.Single(Log.Warnings).Code);
    }
}
