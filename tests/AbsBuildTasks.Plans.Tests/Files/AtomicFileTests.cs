using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_file_is_made_and_replaced()
    {
        AtomicFile.Write(_folder.File("a/b.txt"), [1, 2]);
        AtomicFile.Write(_folder.File("a/b.txt"), [3]);

        Assert.Equal([3], File.ReadAllBytes(_folder.File("a/b.txt")));
        Assert.Equal(["a/b.txt"], _folder.FileNames());
    }

    [Fact]
    public void A_failure_leaves_the_old_content_and_nothing_else()
    {
        _folder.Write("b.txt", "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_folder.File("b.txt"), stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(_folder.File("b.txt")));
        Assert.Equal(["b.txt"], _folder.FileNames());
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_a_day_later_and_what_one_is_writing_is_not()
    {
        foreach (var (name, days) in new[] { (".b.txt.0.tmp", 2), (".b.txt.1.tmp", 0), (".other.txt.2.tmp", 2) })
        {
            _folder.Write(name, "unfinished");
            File.SetLastWriteTimeUtc(_folder.File(name), DateTime.UtcNow.AddDays(-days));
        }

        AtomicFile.Write(_folder.File("b.txt"), [1]);

        Assert.Equal([".b.txt.1.tmp", ".other.txt.2.tmp", "b.txt"], _folder.FileNames().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_folder_in_the_way_is_an_error()
    {
        Directory.CreateDirectory(_folder.File("b.txt"));

        Assert.ThrowsAny<SystemException>(() => AtomicFile.Write(_folder.File("b.txt"), [1]));

        Assert.Empty(_folder.FileNames());
    }

    [Fact]
    public async Task Readers_beside_writers_see_whole_contents_only()
    {
        var path = _folder.File("b.bin");
        AtomicFile.Write(path, new byte[5000]);
        using var stop = new CancellationTokenSource();
        using var started = new SemaphoreSlim(0);
        var reader = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                var content = File.ReadAllBytes(path);
                Assert.Equal(5000, content.Length);
                Assert.Single(content.Distinct());
                started.Release();
            }
        });

        await started.WaitAsync();
        var writers = Enumerable.Range(1, 4).Select(writer => Task.Run(() =>
        {
            var content = Enumerable.Repeat((byte)writer, 5000).ToArray();
            for (var i = 0; i < 50; i++)
            {
                AtomicFile.Write(path, content);
            }
        }));
        await Task.WhenAll(writers);
        await stop.CancelAsync();
        await reader;

        Assert.Equal(["b.bin"], _folder.FileNames());
    }

    public void Dispose() => _folder.Dispose();
}
