using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Files;

public sealed class FolderLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_held_once_until_it_is_let_go()
    {
        var folder = _folder.File("a/b");
        using (var first = FolderLock.TryTake(folder, TimeSpan.Zero))
        {
            Assert.NotNull(first);
            Assert.Null(FolderLock.TryTake(folder, TimeSpan.Zero));
            using var other = FolderLock.TryTake(_folder.File("a/c"), TimeSpan.Zero);
            Assert.NotNull(other);
        }

        using var next = FolderLock.TryTake(folder, TimeSpan.Zero);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task Who_is_patient_takes_it_when_it_is_let_go()
    {
        var first = FolderLock.TryTake(_folder.File("a"), TimeSpan.Zero);
        var second = Task.Run(() => FolderLock.TryTake(_folder.File("a"), Patience.Long));
        await Task.Delay(100);
        Assert.False(second.IsCompleted);

        first!.Dispose();

        using var taken = await second;
        Assert.NotNull(taken);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error()
    {
        _folder.Write("file", "");

        Assert.ThrowsAny<IOException>(() => FolderLock.TryTake(_folder.File("file/below"), TimeSpan.Zero));
    }

    [Fact]
    public void A_lock_that_cannot_be_made_is_an_error_and_no_other_holder()
    {
        // Links need rights on Windows.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Directory.CreateDirectory(_folder.File("a"));
        File.CreateSymbolicLink(_folder.File("a/lock"), _folder.File("missing/lock"));

        Assert.ThrowsAny<IOException>(() => FolderLock.TryTake(_folder.File("a"), TimeSpan.Zero));
    }
}
