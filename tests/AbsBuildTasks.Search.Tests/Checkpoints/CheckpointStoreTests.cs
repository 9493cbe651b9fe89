using System.Security.Cryptography;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Tests.Data;
using AbsBuildTasks.Search.Tests.Engine;
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
            Assert.False(second.IsDue(isWithinEpoch: false));
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
        Assert.False(store.IsDue(isWithinEpoch: false));
    }

    [Fact]
    public void A_checkpoint_is_due_when_the_last_one_is_old()
    {
        using (var now = Open(TimeSpan.Zero))
        {
            now.Save(_ => { });
            Assert.True(now.IsDue(isWithinEpoch: true));
        }

        using var later = Open(TimeSpan.FromHours(1));
        Assert.False(later.IsDue(isWithinEpoch: true));
        Assert.True(later.IsDue(isWithinEpoch: false));
    }

    [Fact]
    public void What_took_long_is_not_due_soon_at_the_end_of_an_epoch_either()
    {
        using var store = Open(TimeSpan.Zero, share: 1e-6);
        Assert.True(store.IsDue(isWithinEpoch: true));

        // Days, at this share.
        store.Save(_ => Thread.Sleep(200));

        Assert.False(store.IsDue(isWithinEpoch: true));
        Assert.False(store.IsDue(isWithinEpoch: false));
    }

    [Fact]
    public void A_later_one_is_written_beside_training_and_till_it_is_whole_the_earlier_one_counts()
    {
        var states = Enumerable.Range(0, 2).Select(number => new byte[(1 << 25) + 7].Select((_, at) => (byte)(at * (number + 3))).ToArray()).ToArray();
        using (var store = Open())
        {
            store.Save(state => Exchange(state, states[0]));
            var first = File.ReadAllBytes(Checkpoint);
            store.Save(state => Exchange(state, states[1]));

            // What a process leaves that is killed now.
            Assert.Equal(first, File.ReadAllBytes(Checkpoint));
        }

        // In the form of the first.
        var beside = File.ReadAllBytes(Checkpoint);
        using (var store = Open())
        {
            store.Save(state => Exchange(state, states[1]));
            Assert.Equal(beside, File.ReadAllBytes(Checkpoint));
        }

        Assert.Empty(_warnings);
        Assert.Equal(["lock", Path.GetFileName(Checkpoint)], Directory.GetFiles(Path.GetDirectoryName(Checkpoint)!).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_takes_its_place_when_somebody_asks_for_the_next()
    {
        using var store = Open();
        store.Save(state => _ = state.Text("first"));
        store.Save(state => _ = state.Text("second"));
        Assert.True(SpinWait.SpinUntil(() => store.IsDue(isWithinEpoch: true), TimeSpan.FromMinutes(15)));

        using var saved = store.Load();
        Assert.Equal("second", saved!.Text(""));
    }

    [Fact]
    public void The_last_state_of_a_process_lies_on_the_disk_when_it_is_kept()
    {
        using var store = Open();
        store.Save(state => _ = state.Text("first"));
        store.Save(state => _ = state.Text("second"));
        store.Save(state => _ = state.Text("third"), isLast: true);

        using var saved = store.Load();
        Assert.Equal("third", saved!.Text(""));
    }

    [Fact]
    public void Where_writing_beside_training_fails_it_is_told()
    {
        using (var store = Open())
        {
            store.Save(state => _ = state.Text("first"));
            store.Save(state => _ = state.Text("second"));
            File.Delete(Checkpoint);
            Directory.CreateDirectory(Checkpoint);
        }

        Assert.StartsWith(AbsCodes.CheckpointNotWritable, Assert.Single(_warnings), StringComparison.Ordinal);
    }

    // A collection during a call of torch may take what the call still reads.
    [Fact]
    public void Writing_beside_training_allocates_nothing()
    {
        using var state = new NativeBytes(partBytes: 1000);
        state.Write(new byte[12_345]);
        Write();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var allocated = Write();

        Assert.Equal(0, allocated);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() > before);

        long Write()
        {
            using var file = File.OpenHandle(Path.Combine(_folder.Root, "copy"), FileMode.Create, FileAccess.Write);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var start = GC.GetAllocatedBytesForCurrentThread();
            CheckpointFile.Write(file, state, hash, CancellationToken.None);
            return GC.GetAllocatedBytesForCurrentThread() - start;
        }
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

    private string Checkpoint => Path.Combine(_folder.Root, "kept", InterruptedSearch.CheckpointName);

    private static void Exchange(StateStream state, byte[] bytes)
    {
        var content = new ChunkedBytes();
        content.Append(bytes);
        state.Data(content);
    }

    private CheckpointStore Open(TimeSpan interval = default, double share = double.PositiveInfinity) =>
        CheckpointStore.Open(Job() with { CheckpointInterval = interval, CheckpointShare = share }, TimeSpan.Zero);

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
