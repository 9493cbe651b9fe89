using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Caching;

public sealed class CacheCleanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PlanCache _cache;

    public CacheCleanTests() => _cache = new(_folder.File("cache"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_search_goes_and_the_cache_can_be_used_again()
    {
        Put(1);
        Put(2);

        Assert.Equal(2, _cache.Clean().Plans);

        Assert.Equal(["CACHEDIR.TAG", "lock"], Directory.EnumerateFileSystemEntries(_folder.File("cache")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(0, _cache.Clean().Plans);
        Put(1);
        Assert.True(_cache.TryGet(CachedSearch.Key(1), CachedSearch.Model, _folder.File("out"), out _));
    }

    [Fact]
    public void A_cache_that_is_not_there_is_empty() => Assert.Equal(0, _cache.Clean().Plans);

    [Fact]
    public void Files_of_others_stay()
    {
        Put(1);
        var foreign = new[] { "notes.txt", "ac/notes.txt", $"cas/00/{CachedSearch.Key(0)}.bak" }.Select(name => _folder.Write("cache/" + name, "mine")).ToArray();

        _cache.Clean();

        Assert.All(foreign, file => Assert.True(File.Exists(file), file));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Signature: 8a477f597d28d172789f06886806bc55\n# Somebody else's cache, that has the same standard tag as ours in its first line.\n")]
    public void A_folder_that_is_not_a_cache_of_ours_is_left_alone(string? tag)
    {
        var file = _folder.Write($"cache/cas/00/{CachedSearch.Key(0)}", "precious");
        if (tag is not null)
        {
            _folder.Write("cache/CACHEDIR.TAG", tag);
        }

        var error = Assert.Throws<AbsException>(() => _cache.Clean());

        Assert.Equal(AbsCodes.NotACache, error.Code);
        Assert.Equal($"{_folder.File("cache")} is not a plan cache, and nothing in it was removed. Correct AbsCacheDirectory, or delete the folder yourself.", error.Message);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void The_lock_of_a_running_search_outlives_cleaning()
    {
        Put(1);
        using (_cache.LockSearch(CachedSearch.Key(1), Unexpected, CancellationToken.None))
        {
            _cache.Clean();

            using var cancellation = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => _cache.LockSearch(CachedSearch.Key(1), cancellation.Cancel, cancellation.Token));
        }
    }

    private static void Unexpected() => Assert.Fail("Nobody else has the lock.");

    private void Put(int number) => _cache.Put(CachedSearch.Key(number), CachedSearch.Files(_folder, number));
}
