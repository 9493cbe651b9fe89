using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Caching;

public sealed class CacheTrimTests : IDisposable
{
    private const int Weights = 100_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_used_least_recently_goes_first()
    {
        // Room for two searches, not for three.
        var cache = Cache(5 * Weights / 2);
        Put(cache, 1, 'a');
        Put(cache, 2, 'b');
        SetUsed(1, hoursAgo: 2);
        SetUsed(2, hoursAgo: 1);
        Assert.True(Has(cache, 1));

        Put(cache, 3, 'c');

        Assert.Equal([true, false, true], new[] { 1, 2, 3 }.Select(number => Has(cache, number)));
        Assert.InRange(Bytes(), 2 * Weights, 5 * Weights / 2);
    }

    [Fact]
    public void A_content_that_several_searches_have_stays_with_the_last_of_them()
    {
        var cache = Cache(3 * Weights / 2);
        Put(cache, 1, 'a');
        Put(cache, 2, 'a');
        Assert.True(Has(cache, 1));
        Assert.True(Has(cache, 2));

        SetUsed(1, hoursAgo: 2);
        Put(Cache(Bytes() - 500), 2, 'a');

        Assert.False(Has(cache, 1));
        Assert.True(Has(cache, 2));
    }

    [Fact]
    public void A_search_that_is_too_large_does_not_drive_out_others()
    {
        Put(Cache(), 1, 'a');

        Put(Cache(Weights / 2), 2, 'b');
        Put(Cache(3 * Weights / 2), 3, 'c');

        Assert.False(Has(Cache(), 2));
        Assert.True(Has(Cache(), 3));
    }

    [Fact]
    public void What_killed_writers_left_and_what_no_entry_names_goes()
    {
        Put(Cache(), 1, 'a');
        var unnamed = _folder.Write($"cache/cas/00/{CachedSearch.Key(0)}", "unnamed");
        var halves = new[] { _folder.Write("cache/cas/.0123.tmp", "half"), _folder.Write($"cache/ac/00/.{CachedSearch.Key(0)}.0123.tmp", "half") };
        var damaged = _folder.Write($"cache/ac/00/{CachedSearch.Key(0)}", "{");
        var foreign = _folder.Write("cache/cas/notes.txt", "mine");

        Put(Cache(), 2, 'b');

        Assert.DoesNotContain(halves.Append(unnamed).Append(damaged), File.Exists);
        Assert.True(File.Exists(foreign));
        Assert.True(Has(Cache(), 1));
    }

    [Fact]
    public async Task Writers_readers_and_trimmers_do_not_disturb_each_other()
    {
        // Every write trims: one of the two searches at a time has room.
        const long size = 3 * Weights / 2;
        var files = new[] { Files(1, 'a'), Files(2, 'b') };
        var work = Enumerable.Range(0, 6).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 12; i++)
            {
                var number = (i + worker) % 2;
                if (worker < 3)
                {
                    Cache(size).Put(CachedSearch.Key(number + 1), files[number]);
                }
                else
                {
                    Cache(size).TryGet(CachedSearch.Key(number + 1), CachedSearch.Model, _folder.File($"out{worker}"), out var warning);
                    Assert.Null(warning);
                }
            }
        }));

        await Task.WhenAll(work);

        Put(Cache(size), 3, 'c');
        Assert.True(Has(Cache(size), 3));
        Assert.InRange(Bytes(), Weights, size);
    }

    private PlanCache Cache(long size = PlanCache.DefaultSize) => new(_folder.File("cache"), size);

    private string[] Files(int number, char weight) => CachedSearch.Files(_folder, number, new string(weight, Weights));

    private void Put(PlanCache cache, int number, char weight) => cache.Put(CachedSearch.Key(number), Files(number, weight));

    private bool Has(PlanCache cache, int number) => cache.TryGet(CachedSearch.Key(number), CachedSearch.Model, _folder.File("out"), out _);

    private void SetUsed(int number, int hoursAgo) =>
        File.SetLastWriteTimeUtc(_folder.File($"cache/ac/{CachedSearch.Key(number)[..2]}/{CachedSearch.Key(number)}"), DateTime.UtcNow.AddHours(-hoursAgo));

    private long Bytes() => Directory.EnumerateFiles(_folder.File("cache"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
}
