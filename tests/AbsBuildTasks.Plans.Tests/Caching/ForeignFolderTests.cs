using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Caching;

/// <summary>What is not a cache's own stays as it is: folders of others, and what links lead to.</summary>
public sealed class ForeignFolderTests : IDisposable
{
    private static readonly string Key = CachedSearch.Key(1);

    private readonly TemporaryFolder _folder = new();
    private readonly PlanCache _cache;

    public ForeignFolderTests() => _cache = new(_folder.File("cache"), size: 1);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ac/00/", null)]
    [InlineData("cas/00/", null)]
    [InlineData("cas/00/", "Signature: 8a477f597d28d172789f06886806bc55\n# Bazel's.\n")]
    [InlineData("notes/", null)]
    public void A_folder_of_others_is_refused_untouched(string place, string? tag)
    {
        _folder.Write($"cache/{place}{CachedSearch.Key(0)}", "precious");
        _folder.Write($"cache/ac/00/{Key}", "{}");
        if (tag is not null)
        {
            _folder.Write("cache/CACHEDIR.TAG", tag);
        }

        var before = _folder.FileNames();

        _cache.LockSearch(Key, () => { }, CancellationToken.None).Dispose();
        var put = Assert.Throws<AbsException>(() => _cache.Put(Key, CachedSearch.Files(_folder, 1)));
        Assert.False(_cache.TryGet(Key, CachedSearch.Model, _folder.File("out"), out var warning));
        Assert.Throws<AbsException>(() => _cache.Clean());

        Assert.Equal(AbsCodes.NotACache, put.Code);
        Assert.Equal(AbsCodes.NotACache, warning!.Code);
        Assert.Contains("is not a plan cache. Nothing in it was changed", put.Message, StringComparison.Ordinal);
        Assert.Equal(before, _folder.FileNames().Where(name => !name.StartsWith("in1/", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_empty_folder_becomes_a_cache_and_so_does_one_that_a_killed_build_began_to_mark()
    {
        _folder.Write("cache/.CACHEDIR.TAG.0123.tmp", "Sig");

        new PlanCache(_folder.File("cache")).Put(Key, CachedSearch.Files(_folder, 1));

        Assert.True(_cache.TryGet(Key, CachedSearch.Model, _folder.File("out"), out _));
    }

    [UnixTheory]
    [InlineData("ac", "../elsewhere")]
    [InlineData("cas", "../elsewhere")]
    [InlineData("searches", "../elsewhere")]
    [InlineData("ac/00", "../../elsewhere")]
    [InlineData("cas/ff", "../../elsewhere")]
    [InlineData("cas/notes", "../../elsewhere")]
    [InlineData("ac/loop", "..")]
    public void Links_lead_no_cache_out_of_its_folder_or_round_in_it(string link, string target)
    {
        var outside = _folder.Write($"elsewhere/{CachedSearch.Key(0)}", "precious");
        var nested = _folder.Write($"elsewhere/00/{CachedSearch.Key(0)}", "precious");
        new PlanCache(_folder.File("cache")).Put(CachedSearch.Key(2), CachedSearch.Files(_folder, 2));
        var path = _folder.File("cache/" + link);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        Directory.CreateSymbolicLink(path, target);
        var before = Directory.GetFileSystemEntries(_folder.File("elsewhere"));

        var put = Assert.Throws<AbsException>(() => _cache.Put(Key, CachedSearch.Files(_folder, 1)));
        _cache.LockSearch(Key, () => { }, CancellationToken.None).Dispose();
        Assert.False(_cache.TryGet(CachedSearch.Key(2), CachedSearch.Model, _folder.File("out"), out var warning));
        var clean = Assert.Throws<AbsException>(() => _cache.Clean());
        _ = CacheUsage.Of(_folder.File("cache"));

        Assert.All([put.Code, clean.Code, warning!.Code], code => Assert.Equal(AbsCodes.NotACache, code));
        Assert.Contains("a cache follows none", put.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(outside) && File.Exists(nested));
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.File("elsewhere")));
    }

    [UnixTheory]
    [InlineData("lock")]
    public void A_link_in_a_locks_place_makes_no_file_elsewhere(string name)
    {
        _cache.Put(CachedSearch.Key(2), CachedSearch.Files(_folder, 2));
        File.Delete(_folder.File("cache/" + name));
        File.CreateSymbolicLink(_folder.File("cache/" + name), _folder.File("made"));

        _cache.Put(Key, CachedSearch.Files(_folder, 1));

        Assert.False(File.Exists(_folder.File("made")));
    }

    [UnixTheory]
    [InlineData("ac")]
    [InlineData("cas")]
    public void A_link_in_a_files_place_is_no_content_and_what_it_leads_to_stays(string part)
    {
        var cache = new PlanCache(_folder.File("cache"));
        cache.Put(Key, CachedSearch.Files(_folder, 1));
        foreach (var file in Directory.GetFiles(_folder.File("cache/" + part), "*", SearchOption.AllDirectories))
        {
            var moved = _folder.File("moved-" + Path.GetFileName(file));
            File.Move(file, moved);
            File.CreateSymbolicLink(file, moved);
            var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            File.SetLastWriteTimeUtc(moved, time);

            Assert.False(cache.TryGet(Key, CachedSearch.Model, _folder.File("out"), out _));
            cache.Put(Key, CachedSearch.Files(_folder, 1));

            Assert.False(File.ResolveLinkTarget(file, returnFinalTarget: false) is not null);
            Assert.Equal(time, File.GetLastWriteTimeUtc(moved));
        }
    }
}
