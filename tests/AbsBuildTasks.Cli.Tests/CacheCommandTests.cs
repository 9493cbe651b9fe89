using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Cli.Tests;

public sealed class CacheCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_cache_says_where_it_is_and_how_large()
    {
        var cache = _folder.File("cache");
        var plan = _folder.File("digits.plan.json");
        PlanFile.Write(plan, SamplePlan.Digits);
        Assert.Equal($"folder  {cache}\nplans   0\nstages  0\nsize    0 B\n", CommandRun.Of("cache", "info", "--directory", cache).Output);

        PutBoth(cache, plan);

        var run = CommandRun.Of(new() { ["AbsCacheDirectory"] = cache }, isTerminal: false, "cache", "info");
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith($"folder  {cache}\nplans   1\nstages  1\nsize    ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("size    0.0", run.Output, StringComparison.Ordinal);

        var json = JObject.Parse(CommandRun.Of("cache", "info", "--directory", cache, "--format", "json").Output);
        Assert.Equal((cache, 1, 1), ((string?)json["folder"], (int)json["plans"]!, (int)json["stages"]!));
        Assert.True((long)json["bytes"]! > 0);
    }

    [Fact]
    public void A_cache_is_emptied_of_what_is_its_own()
    {
        var cache = _folder.File("cache");
        var plan = _folder.File("digits.plan.json");
        PlanFile.Write(plan, SamplePlan.Digits);
        PutBoth(cache, plan);
        _folder.Write("cache/notes.txt", "mine");

        var run = CommandRun.Of("cache", "clean", "-d", cache);

        Assert.Equal((0, "plans removed: 1\nstages removed: 1\n"), (run.ExitCode, run.Output));
        Assert.StartsWith($"folder  {cache}\nplans   0\nstages  0\nsize    0 B", CommandRun.Of("cache", "info", "-d", cache).Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.File("cache/notes.txt")));
        Assert.Equal("plans removed: 0\nstages removed: 0\n", CommandRun.Of("cache", "clean", "-d", cache).Output);
    }

    private void PutBoth(string cache, string plan)
    {
        new PlanCache(cache).Put(SamplePlan.Fingerprint, [plan]);
        new PlanCache(cache).Put(new string('5', 64), [_folder.Write("teacher.stage", "weights")]);
    }
}
