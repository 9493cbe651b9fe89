using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Caching;

public sealed class SearchLockTests : IDisposable
{
    private static readonly string Key = CachedSearch.Key(1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Searches_of_one_fingerprint_run_one_after_the_other()
    {
        var (running, most, waits) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using (Lock(() => Interlocked.Increment(ref waits)))
                {
                    most = Math.Max(most, Interlocked.Increment(ref running));
                    Thread.Sleep(50);
                    Interlocked.Decrement(ref running);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(1, most);
        Assert.InRange(waits, 0, 3);
    }

    [Fact]
    public async Task Who_waits_is_told_once_and_goes_on_when_the_other_ends()
    {
        var told = 0;
        using var waiting = new ManualResetEventSlim();
        var first = Lock(Unexpected);
        var second = Task.Run(() =>
        {
            using var taken = Lock(() =>
            {
                told++;
                waiting.Set();
            });
        });
        waiting.Wait();
        Assert.False(second.IsCompleted);

        first.Dispose();

        await second;
        Assert.Equal(1, told);
    }

    [Fact]
    public void Other_fingerprints_do_not_wait()
    {
        using var first = Lock(Unexpected);
        using var other = Cache().LockSearch(CachedSearch.Key(2), Unexpected, CancellationToken.None);

        Assert.Equal(2, Directory.GetFiles(_folder.File("cache/searches")).Length);
    }

    [Fact]
    public void Waiting_can_be_cancelled()
    {
        using var first = Lock(Unexpected);
        using var cancellation = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() => Cache().LockSearch(Key, cancellation.Cancel, cancellation.Token));
    }

    [Fact]
    public void Nothing_is_left_behind_and_what_a_killed_build_left_does_not_matter()
    {
        Lock(Unexpected).Dispose();
        _folder.Write($"cache/searches/{Key}", "");
        Lock(Unexpected).Dispose();

        Assert.Empty(Directory.EnumerateFiles(_folder.File("cache/searches")));
    }

    [Fact]
    public void Where_nothing_can_be_written_nobody_waits()
    {
        _folder.Write("cache", "a file where the folder should be");

        using var first = Lock(Unexpected);
        using var second = Lock(Unexpected);

        Assert.True(File.Exists(_folder.File("cache")));
    }

    private static void Unexpected() => Assert.Fail("Nobody else has the lock.");

    private PlanCache Cache() => new(_folder.File("cache"));

    private IDisposable Lock(Action waiting) => Cache().LockSearch(Key, waiting, CancellationToken.None);
}
