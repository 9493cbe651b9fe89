using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Tests.Data;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly List<string> _told = [];
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_at_once_do_not_touch_each_others_files()
    {
        using (var first = Open())
        {
            first.Save(state => _ = state.Text("first"));
            using var second = Open();
            Assert.Null(second.Load());
            second.Save(state => _ = state.Text("second"));
            Assert.False(second.IsDue);
        }

        Assert.Equal("another build is searching for this plan; this search cannot be resumed if it is interrupted", Assert.Single(_told));
        using var third = Open();
        using var saved = third.Load();
        Assert.Equal("first", saved!.Text(""));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Without_a_folder_nothing_is_kept()
    {
        using var store = CheckpointStore.Open(Job() with { CheckpointDirectory = null }, TimeSpan.Zero);
        store.Save(_ => Assert.Fail("nowhere to write to"));

        Assert.Null(store.Load());
        Assert.False(store.IsDue);
    }

    [Fact]
    public void A_checkpoint_is_due_when_the_last_one_is_old()
    {
        using (var now = Open(TimeSpan.Zero))
        {
            now.Save(_ => { });
            Assert.True(now.IsDue);
        }

        using var later = Open(TimeSpan.FromHours(1));
        Assert.False(later.IsDue);
    }

    [Fact]
    public void Where_writing_fails_it_is_told_once_and_not_tried_again()
    {
        using var store = Open();
        store.Save(_ => throw new IOException("No space left on device"));
        store.Save(_ => Assert.Fail("tried again"));

        Assert.StartsWith($"{AbsCodes.CheckpointNotWritable} The search for 'stripes' cannot be resumed", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Contains("No space left on device", _warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_that_cannot_be_made_is_told_as_that_and_not_as_another_build()
    {
        // Links need rights on Windows.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var folder = Directory.CreateDirectory(Path.Combine(_folder.Root, "kept")).FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "lock"), Path.Combine(folder, "missing", "lock"));
        using var store = Open();

        Assert.StartsWith(AbsCodes.CheckpointNotWritable, Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Empty(_told);
    }

    private CheckpointStore Open(TimeSpan interval = default) => CheckpointStore.Open(Job() with { CheckpointInterval = interval }, TimeSpan.Zero);

    private SearchJob Job() => new()
    {
        Model = "stripes",
        Fingerprint = new string('0', 64),
        Settings = new SearchSettings { Budget = new Budget(0.1) },
        Context = new ModelContext(_folder.Root, []),
        Device = CPU,
        CheckpointDirectory = Path.Combine(_folder.Root, "kept"),
        Tell = _told.Add,
        Warn = (code, text) => _warnings.Add($"{code} {text}"),
    };
}
