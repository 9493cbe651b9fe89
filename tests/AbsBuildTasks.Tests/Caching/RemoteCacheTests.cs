using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Tests.Caching;

public sealed class RemoteCacheTests : IDisposable
{
    private readonly RemoteCacheSetup _setup = new();

    public void Dispose() => _setup.Dispose();

    [Fact]
    public void What_was_put_comes_out_byte_for_byte()
    {
        _setup.Put();

        Assert.True(_setup.TryGet());
        SearchFiles.AssertEqual(_setup.In, _setup.Out);
    }

    [Fact]
    public void A_sweep_may_have_an_entry_of_its_own()
    {
        using var cache = RemoteCacheSetup.Open(_setup.Server.Address);
        cache.Put(RemoteCacheSetup.Key, SearchFiles.WriteSweep(_setup.In), CancellationToken.None);

        Assert.True(cache.TryGet(SearchFiles.Model, alone: ResultFile.Sweep, RemoteCacheSetup.Key, _setup.Out, CancellationToken.None));

        SearchFiles.AssertEqual(_setup.In, _setup.Out);
    }

    [Fact]
    public void A_sweep_that_is_missing_or_not_wanted_or_of_another_search_is_refused()
    {
        using var cache = RemoteCacheSetup.Open(_setup.Server.Address);
        _setup.Put();
        Refuses(alone: ResultFile.Sweep, "its entry is not one of 'digits'");
        cache.Put(RemoteCacheSetup.Key, SearchFiles.WriteSweep(_setup.In), CancellationToken.None);
        Refuses(alone: null, "its entry is not one of 'digits'");
        cache.Put(RemoteCacheSetup.Key, SearchFiles.WriteSweep(_setup.In, new string('0', 64)), CancellationToken.None);
        Refuses(alone: ResultFile.Sweep, "its sweep is not valid, or one of another search");

        void Refuses(ResultFile? alone, string message)
        {
            var error = Assert.Throws<RemoteCacheException>(() => cache.TryGet(SearchFiles.Model, alone, RemoteCacheSetup.Key, _setup.Out, CancellationToken.None));
            Assert.Equal((AbsCodes.RemoteCacheCorrupt, message), (error.Code, error.Message));
            _setup.AssertNothingCame();
        }
    }

    [Fact]
    public void Contents_are_put_under_their_hash_and_the_entry_last()
    {
        var files = _setup.Put();

        Assert.Equal([.. files.Select(file => $"PUT /cas/{RemoteCacheSetup.HashOf(file)}"), $"PUT /cas/{ContentHash.Of("")}", $"PUT {RemoteCacheSetup.Entry}"], _setup.Server.Requests);
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(file), _setup.Server.Stored["/cas/" + RemoteCacheSetup.HashOf(file)]));
    }

    [Fact]
    public void A_cache_may_lie_below_a_path()
    {
        using var cache = RemoteCacheSetup.Open(_setup.Server.Address + "teams/vision");

        Assert.False(cache.TryGet(SearchFiles.Model, alone: null, RemoteCacheSetup.Key, _setup.Out, CancellationToken.None));
        Assert.Equal([$"GET /teams/vision{RemoteCacheSetup.Entry}"], _setup.Server.Requests);
    }

    [Fact]
    public void What_is_not_there_is_a_miss()
    {
        Assert.False(_setup.TryGet());

        Assert.Equal([$"GET {RemoteCacheSetup.Entry}"], _setup.Server.Requests);
        Assert.False(Directory.Exists(_setup.Out));
    }

    [Fact]
    public void Where_plans_are_stored_can_be_told_from_another_path_of_the_server()
    {
        _setup.Put();
        using var cache = RemoteCacheSetup.Open(_setup.Server.Address);
        using var elsewhere = RemoteCacheSetup.Open(_setup.Server.Address + "chace");

        Assert.True(cache.HasPlans(CancellationToken.None));
        Assert.False(elsewhere.HasPlans(CancellationToken.None));
    }

    [Fact]
    public void An_entry_whose_contents_the_server_dropped_is_a_miss()
    {
        var files = _setup.Put();
        _setup.Server.Stored.TryRemove("/cas/" + RemoteCacheSetup.HashOf(files[1]), out _);

        Assert.False(_setup.TryGet());
        _setup.AssertNothingCame();
    }

    [Fact]
    public void Wrong_bytes_are_refused()
    {
        var files = _setup.Put();
        _setup.Server.Stored["/cas/" + RemoteCacheSetup.HashOf(files[0])] = "WEIGHTS"u8.ToArray();

        _setup.AssertRefused(AbsCodes.RemoteCacheCorrupt, "its content of digits.weights.zip is not what was stored");
    }

    [Fact]
    public void A_short_body_of_no_announced_length_is_refused()
    {
        var files = _setup.Put();
        _setup.Server.Stored["/cas/" + RemoteCacheSetup.HashOf(files[0])] = "weigh"u8.ToArray();

        _setup.AssertRefused(AbsCodes.RemoteCacheCorrupt, "its content of digits.weights.zip is not what was stored");
    }

    [Theory]
    [InlineData("garbage", "its entry cannot be read")]
    [InlineData("", "its entry is not one of 'digits'")]
    [InlineData("<html>404</html>", "its entry cannot be read")]
    [InlineData("{\"version\": 1, \"files\": []}", "its entry cannot be read")]
    public void An_entry_that_is_none_is_refused(string text, string message)
    {
        _setup.Server.Stored[RemoteCacheSetup.Entry] = System.Text.Encoding.ASCII.GetBytes(text);

        _setup.AssertRefused(AbsCodes.RemoteCacheCorrupt, message);
    }

    [Fact]
    public void A_plan_too_large_to_be_read_is_neither_fetched_nor_stored()
    {
        var files = _setup.Put();
        using (var plan = File.OpenWrite(files[^1]))
        {
            plan.SetLength(PlanJson.MaxLength + 1L);
        }

        using var cache = RemoteCacheSetup.Open(_setup.Server.Address);
        Assert.Equal(files[^1], cache.TooLong(files));
        cache.Put(RemoteCacheSetup.Key, files, CancellationToken.None);

        _setup.AssertRefused(AbsCodes.RemoteCacheCorrupt, "its entry names contents that cannot be");
        Assert.Equal(["GET " + RemoteCacheSetup.Entry], _setup.Server.Requests);
    }

    [Fact]
    public void The_plan_of_another_search_is_refused_before_anything_else_is_fetched()
    {
        var files = _setup.Put(SamplePlan.Digits with { Fingerprint = new('0', 64) });

        _setup.AssertRefused(AbsCodes.RemoteCacheCorrupt, "its plan has another fingerprint");
        Assert.Equal(["GET " + RemoteCacheSetup.Entry, "GET /cas/" + RemoteCacheSetup.HashOf(files[^1])], _setup.Server.Requests);
    }

    [Fact]
    public void The_plan_of_another_model_is_refused()
    {
        _setup.Put(SamplePlan.Digits with { Model = "letters" });

        _setup.AssertRefused(AbsCodes.RemoteCacheCorrupt, "its plan is one of another model");
    }
}
