using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Caching;

/// <summary>Whatever happens to whichever file of a cache: nothing wrong comes out, it is told, and the next search mends it.</summary>
public sealed class CacheDamageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PlanCache _cache;
    private readonly string _key = CachedSearch.Key(1);

    public CacheDamageTests() => _cache = new(_folder.File("cache"));

    private string[] EntryAndContents => [.. new[] { "cache/ac", "cache/cas" }.SelectMany(part => Directory.GetFiles(_folder.File(part), "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("truncated")]
    [InlineData("emptied")]
    [InlineData("random")]
    [InlineData("zeroed")]
    public void Each_file_by_itself(string damage)
    {
        var files = CachedSearch.Files(_folder, 1);
        _cache.Put(_key, files);
        Assert.Equal(4, EntryAndContents.Length);
        foreach (var file in EntryAndContents)
        {
            var content = File.ReadAllBytes(file);
            File.WriteAllBytes(file, Damaged(content, damage));

            Assert.False(_cache.TryGet(_key, CachedSearch.Model, _folder.File("out"), out var warning));
            Assert.Equal(AbsCodes.CacheEntryCorrupt, warning!.Code);
            Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.File("out")));
            _cache.Put(_key, files);
            Assert.Equal(content, File.ReadAllBytes(file));
        }

        Assert.True(_cache.TryGet(_key, CachedSearch.Model, _folder.File("out"), out _));
    }

    [Fact]
    public void A_folder_in_a_files_place_is_a_miss_and_told_when_the_next_search_cannot_be_stored()
    {
        var files = CachedSearch.Files(_folder, 1);
        _cache.Put(_key, files);
        foreach (var file in EntryAndContents)
        {
            File.Delete(file);
            Directory.CreateDirectory(file);

            Assert.False(_cache.TryGet(_key, CachedSearch.Model, _folder.File("out"), out _));
            Assert.Equal(AbsCodes.CacheNotWritable, Assert.Throws<AbsException>(() => _cache.Put(_key, files)).Code);

            Directory.Delete(file);
            _cache.Put(_key, files);
        }
    }

    [UnixTheory]
    [InlineData(SpecialFile.Pipe)]
    [InlineData(SpecialFile.LinkToPipe)]
    [InlineData(SpecialFile.LinkToZeros)]
    [InlineData(SpecialFile.Socket)]
    public void What_is_no_ordinary_file_is_refused_and_replaced(string kind)
    {
        var files = CachedSearch.Files(_folder, 1);
        _cache.Put(_key, files);
        foreach (var file in EntryAndContents)
        {
            SpecialFile.Make(file, kind);

            Assert.False(_cache.TryGet(_key, CachedSearch.Model, _folder.File("out"), out var warning));
            Assert.Equal(AbsCodes.CacheEntryCorrupt, warning!.Code);
            _cache.Put(_key, files);
            Assert.True(_cache.TryGet(_key, CachedSearch.Model, _folder.File("out"), out _));
        }
    }

    [UnixTheory]
    [InlineData("lock", SpecialFile.Pipe)]
    [InlineData("lock", SpecialFile.LinkToPipe)]
    [InlineData("lock", SpecialFile.LinkToZeros)]
    [InlineData("lock", SpecialFile.Socket)]
    [InlineData("searches", SpecialFile.Pipe)]
    [InlineData("searches", SpecialFile.LinkToZeros)]
    public void Nothing_waits_for_locks_that_are_no_ordinary_files(string name, string kind)
    {
        var files = CachedSearch.Files(_folder, 1);
        _cache.Put(_key, files);
        var path = _folder.File($"cache/{name}");
        if (name == "searches")
        {
            Directory.CreateDirectory(path);
            path = Path.Combine(path, _key);
        }

        SpecialFile.Make(path, kind);

        _cache.LockSearch(_key, () => { }, CancellationToken.None).Dispose();
        _cache.Put(_key, files);
        Assert.True(_cache.TryGet(_key, CachedSearch.Model, _folder.File("out"), out _));
    }

    [UnixTheory]
    [InlineData(SpecialFile.Pipe)]
    [InlineData(SpecialFile.LinkToPipe)]
    [InlineData(SpecialFile.LinkToZeros)]
    [InlineData(SpecialFile.Socket)]
    public void Nothing_waits_for_a_mark_that_is_no_ordinary_file_and_the_folder_is_no_cache_then(string kind)
    {
        var files = CachedSearch.Files(_folder, 1);
        _cache.Put(_key, files);
        SpecialFile.Make(_folder.File("cache/CACHEDIR.TAG"), kind);

        _cache.LockSearch(_key, () => { }, CancellationToken.None).Dispose();
        Assert.Equal(AbsCodes.NotACache, Assert.Throws<AbsException>(() => _cache.Put(_key, files)).Code);
        Assert.False(_cache.TryGet(_key, CachedSearch.Model, _folder.File("out"), out var warning));
        Assert.Equal(AbsCodes.NotACache, warning!.Code);
    }

    private static byte[] Damaged(byte[] content, string damage)
    {
        switch (damage)
        {
            case "truncated":
                return content[..(content.Length / 2)];
            case "emptied":
                return [];
            case "zeroed":
                return new byte[content.Length];
            default:
                var random = new byte[content.Length];
                new Random(1).NextBytes(random);
                return random;
        }
    }
}
