using System.Security.Cryptography;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Tests.Data;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Checkpoints;

public sealed class CheckpointFileTests : IDisposable
{
    private const string Search = "0123 on cpu";

    private readonly DataFolder _folder = new();

    private string Path => System.IO.Path.Combine(_folder.Root, "search.checkpoint");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_checkpoint_is_read_as_it_was_written_and_the_last_one_counts()
    {
        Write("first");
        Write("second");

        Assert.Equal("second", Read());
        Assert.Single(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void Every_truncation_and_every_changed_byte_is_damage()
    {
        Write("state");
        var content = File.ReadAllBytes(Path);
        for (var i = 0; i < content.Length; i++)
        {
            File.WriteAllBytes(Path, content[..i]);
            Refused("is damaged");
            var changed = (byte[])content.Clone();
            changed[i] ^= 0x40;
            File.WriteAllBytes(Path, changed);
            Refused("is damaged");
        }

        File.WriteAllBytes(Path, [.. content, 0]);
        Refused("is damaged");
        File.WriteAllBytes(Path, content);
        Assert.Equal("state", Read());
    }

    [Fact]
    public void A_checkpoint_of_another_search_or_device_is_refused()
    {
        CheckpointFile.Write(Path, "0123 on cuda", _ => { });

        Refused("belongs to another search (0123 on cuda, not 0123 on cpu)");
    }

    [Fact]
    public void Another_version_or_another_kind_of_file_is_refused_though_its_hash_is_right()
    {
        Forge(state =>
        {
            state.Name("AbsBuildTasks checkpoint");
            _ = state.Integer(11, 0, 11);
        });
        Refused("is of version 11");
        Forge(state => state.Name("something else"));
        Refused("has something else where AbsBuildTasks checkpoint is expected");
        Forge(_ => { });
        Refused("ends early");
    }

    [Fact]
    public void A_state_that_cannot_be_written_leaves_the_one_before()
    {
        Write("first");

        Assert.Throws<InvalidOperationException>(() => CheckpointFile.Write(Path, Search, state =>
        {
            _ = state.Text("second");
            throw new InvalidOperationException();
        }));

        Assert.Equal("first", Read());
        Assert.Single(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void A_missing_file_cannot_be_read() => Refused("cannot be read");

    private void Write(string text) => CheckpointFile.Write(Path, Search, state => _ = state.Text(text));

    private string Read()
    {
        using var state = CheckpointFile.Open(Path, Search);
        var text = state.Text("");
        state.End();
        return text;
    }

    private void Refused(string why) => Assert.Equal(why, Assert.Throws<CheckpointException>(() => CheckpointFile.Open(Path, Search)).Message);

    private void Forge(Action<StateStream> write)
    {
        using var stream = new MemoryStream();
        write(new StateStream(stream));
        AtomicFile.Write(Path, [.. stream.ToArray(), .. SHA256.HashData(stream.ToArray())]);
    }
}
