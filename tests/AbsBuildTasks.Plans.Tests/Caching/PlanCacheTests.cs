using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Sweeps;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Caching;

public sealed class PlanCacheTests : IDisposable
{
    private static readonly byte[] Weights = SampleWeights.Of(SamplePlan.Digits);
    private const string Key = SamplePlan.Fingerprint;
    private const string Model = "digits";

    private readonly TemporaryFolder _folder = new();
    private readonly PlanCache _cache;

    public PlanCacheTests() => _cache = new(_folder.File("cache"));

    private string EntryFile => _folder.File($"cache/ac/{Key[..2]}/{Key}");

    private string[] ContentFiles => [.. Directory.EnumerateFiles(_folder.File("cache/cas"), "*", SearchOption.AllDirectories)];

    [Fact]
    public void What_was_put_comes_out_byte_for_byte()
    {
        _cache.Put(Key, Search("in"));

        Assert.True(_cache.TryGet(Key, Model, _folder.File("out"), out var warning));

        Assert.Null(warning);
        Assert.Equal(["digits.plan.json", "digits.run.json", "digits.weights.zip"], Names("out"));
        Assert.All(Names("out"), name => Assert.Equal(File.ReadAllBytes(_folder.File($"in/{name}")), File.ReadAllBytes(_folder.File($"out/{name}"))));
    }

    [Fact]
    public void A_hit_replaces_older_files()
    {
        _cache.Put(Key, Search("in"));
        _folder.Write("out/digits.weights.zip", "old");

        Assert.True(_cache.TryGet(Key, Model, _folder.File("out"), out _));

        Assert.Equal(Weights, File.ReadAllBytes(_folder.File("out/digits.weights.zip")));
    }

    [Fact]
    public void A_sweep_may_have_an_entry_of_its_own()
    {
        var sweep = _folder.File("in/digits.sweep.json");
        SweepFile.Write(sweep, SweepResult.Of(SamplePlan.Digits with { Fingerprint = Key }, []));
        _cache.Put(Key, [sweep]);

        Assert.True(_cache.TryGet(Key, Model, _folder.File("out"), out var warning, alone: ResultFile.Sweep));

        Assert.Null(warning);
        Assert.Equal(["digits.sweep.json"], Names("out"));
        Assert.Equal(File.ReadAllBytes(sweep), File.ReadAllBytes(_folder.File("out/digits.sweep.json")));
    }

    [Fact]
    public void An_entry_without_the_sweep_that_it_should_have_is_removed_and_counts_as_a_miss()
    {
        _cache.Put(Key, Search("in"));

        Assert.False(_cache.TryGet(Key, Model, _folder.File("out"), out var warning, alone: ResultFile.Sweep));

        Assert.Equal((AbsCodes.CacheEntryCorrupt, $"The cache entry {Key} was damaged and has been removed: it has no digits.sweep.json. It counts as a miss."), (warning!.Code, warning.Message));
        Assert.Empty(Names("out"));
        Assert.False(File.Exists(EntryFile));
    }

    [Fact]
    public void An_unknown_fingerprint_is_a_silent_miss()
    {
        Assert.False(_cache.TryGet(Key, Model, _folder.File("out"), out var warning));

        Assert.Null(warning);
        Assert.Empty(_folder.FileNames());
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../etc/passwd")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF")]
    public void What_is_no_fingerprint_names_no_file(string fingerprint)
    {
        Assert.Throws<ArgumentException>(() => _cache.TryGet(fingerprint, Model, _folder.File("out"), out _));
        Assert.Throws<ArgumentException>(() => _cache.Put(fingerprint, []));
    }

    [Fact]
    public void Equal_contents_are_stored_once()
    {
        _cache.Put(Key, Search("in"));
        var contents = ContentFiles;

        _cache.Put(Key, Search("again"));

        Assert.Equal(3, contents.Length);
        Assert.Equal(contents.Order(), ContentFiles.Order());
    }

    [Fact]
    public void A_tampered_content_is_removed_and_a_miss()
    {
        _cache.Put(Key, Search("in"));
        var weights = ContentFiles.Single(file => IsWeights(file));
        File.WriteAllText(weights, "WEIGHTS");

        AssertCorrupt("the content of digits.weights.zip is not what was stored");

        Assert.False(File.Exists(weights));
    }

    [Fact]
    public void A_truncated_content_is_a_miss()
    {
        _cache.Put(Key, Search("in"));
        File.WriteAllText(ContentFiles.Single(file => IsWeights(file)), "weigh");

        AssertCorrupt("the content of digits.weights.zip is not what was stored");
    }

    [Fact]
    public void A_lost_content_is_a_miss()
    {
        _cache.Put(Key, Search("in"));
        File.Delete(ContentFiles.Single(file => IsWeights(file)));

        AssertCorrupt("the content of digits.weights.zip cannot be read");
    }

    [Fact]
    public void A_plan_of_another_search_is_a_miss()
    {
        _cache.Put(Key, Search("in", SamplePlan.Digits with { Fingerprint = new('0', 64) }));

        AssertCorrupt("its plan has another fingerprint");
    }

    [Fact]
    public void A_content_that_is_no_plan_is_a_miss()
    {
        _cache.Put(Key, [.. Search("in")[..2], _folder.Write("in/digits.plan.json", "{}")]);

        AssertCorrupt("its plan is not valid");
    }

    [Fact]
    public void An_entry_that_lacks_a_file_is_a_miss()
    {
        _cache.Put(Key, Search("in")[1..]);

        AssertCorrupt("it has no digits.weights.zip");
    }

    [Fact]
    public void A_plan_of_another_model_is_a_miss()
    {
        _cache.Put(Key, Search("in", SamplePlan.Digits with { Model = "letters" }));

        AssertCorrupt("its plan is one of another model");
    }

    [Theory]
    [InlineData("../digits.plan.json")]
    [InlineData("sub/digits.plan.json")]
    [InlineData("..\\\\digits.plan.json")]
    [InlineData("/tmp/digits.plan.json")]
    [InlineData("C:digits.plan.json")]
    [InlineData(".plan.json")]
    [InlineData("..plan.json")]
    [InlineData("NUL.plan.json")]
    [InlineData("digits.plan.json\\n")]
    [InlineData("Directory.Build.props")]
    [InlineData("digits.exe")]
    public void An_entry_names_no_file_but_those_of_a_search(string name)
    {
        _cache.Put(Key, Search("in"));
        File.WriteAllText(EntryFile, File.ReadAllText(EntryFile).Replace("digits.plan.json", name, StringComparison.Ordinal));

        AssertCorrupt("the entry cannot be read: files[2].name is not a file a cache may hold");
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("\"sha256\": \"", "\"sha256\": \"../")]
    [InlineData("digits.run.json", "digits.weights.zip")]
    [InlineData("digits.run.json", "DIGITS.weights.zip")]
    [InlineData("digits.run.json", "other.plan.json")]
    [InlineData("digits.plan.json", "other.run.json")]
    [InlineData("\"files\"", "\"fills\"")]
    [InlineData("}", "")]
    public void A_damaged_entry_is_a_miss(string right, string wrong)
    {
        _cache.Put(Key, Search("in"));
        File.WriteAllText(EntryFile, File.ReadAllText(EntryFile).Replace(right, wrong, StringComparison.Ordinal));

        AssertCorrupt("the entry cannot be read: ");
    }

    [Fact]
    public void Empty_huge_and_deep_entries_are_misses()
    {
        _cache.Put(Key, Search("in"));
        foreach (var text in new[] { "", new string(' ', 100_000), new string('[', 50_000) })
        {
            _folder.Write(EntryFile, text);
            AssertCorrupt("the entry ");
        }
    }

    [Fact]
    public void A_damaged_entry_heals_with_the_next_search()
    {
        _cache.Put(Key, Search("in"));
        File.WriteAllText(ContentFiles[0], "");
        _cache.TryGet(Key, Model, _folder.File("out"), out _);

        _cache.Put(Key, Search("in"));

        Assert.True(_cache.TryGet(Key, Model, _folder.File("out"), out _));
    }

    [Fact]
    public void What_interrupted_writers_left_is_ignored()
    {
        _cache.Put(Key, Search("in"));
        _folder.Write("cache/cas/.0123.tmp", "half");
        _folder.Write($"cache/ac/{Key[..2]}/.{Key}.0123.tmp", "{");

        Assert.True(_cache.TryGet(Key, Model, _folder.File("out"), out _));
    }

    [Fact]
    public void Only_files_of_a_search_are_stored()
    {
        var error = Assert.Throws<ArgumentException>(() => _cache.Put(Key, [_folder.Write("in/secret.txt", "")]));

        Assert.StartsWith("A cache may not hold 'secret.txt'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_said_so()
    {
        _folder.Write("cache", "a file where the folder should be");

        var error = Assert.Throws<AbsException>(() => _cache.Put(Key, Search("in")));

        Assert.Equal(AbsCodes.CacheNotWritable, error.Code);
        Assert.StartsWith($"The cache {_folder.File("cache")} cannot be written: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(" Set AbsCacheDirectory to a folder that can.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Writers_and_readers_of_one_search_do_not_disturb_each_other()
    {
        var files = Search("in");
        _cache.Put(Key, files);

        var work = Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                if (worker % 2 == 0)
                {
                    new PlanCache(_folder.File("cache")).Put(Key, files);
                }
                else
                {
                    Assert.True(_cache.TryGet(Key, Model, _folder.File($"out{worker}"), out var warning), warning?.Message);
                }
            }
        }));
        await Task.WhenAll(work);

        Assert.Equal(3, ContentFiles.Length);
    }

    [Fact]
    public void The_default_folder_is_the_users_cache()
    {
        Assert.Equal("abs-build-tasks", Path.GetFileName(PlanCache.DefaultDirectory));
        Assert.True(Path.IsPathFullyQualified(PlanCache.DefaultDirectory));
    }

    public void Dispose() => _folder.Dispose();

    private void AssertCorrupt(string problem)
    {
        Assert.False(_cache.TryGet(Key, Model, _folder.File("out"), out var warning));

        Assert.Equal(AbsCodes.CacheEntryCorrupt, warning!.Code);
        Assert.StartsWith($"The cache entry {Key} was damaged and has been removed: {problem}", warning.Message, StringComparison.Ordinal);
        Assert.EndsWith(". It counts as a miss.", warning.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(EntryFile));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.File("out")));

        Assert.False(_cache.TryGet(Key, Model, _folder.File("out"), out var again));
        Assert.Null(again);
    }

    private static bool IsWeights(string file) => File.ReadAllBytes(file).SequenceEqual(Weights);

    private string[] Search(string folder, CompressionPlan? plan = null) =>
    [
        _folder.Write($"{folder}/digits.weights.zip", Weights),
        _folder.Write($"{folder}/digits.run.json", "{\"seconds\": 12}"),
        _folder.Write($"{folder}/digits.plan.json", PlanJson.Write(plan ?? SamplePlan.Digits)),
    ];

    private string[] Names(string folder) => [.. Directory.EnumerateFileSystemEntries(_folder.File(folder)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
