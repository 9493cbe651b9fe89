using AbsBuildTasks.Caching;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Sweeps;
using FsCheck.Xunit;
using Google.Protobuf;

namespace AbsBuildTasks.Tests.Caching;

public class RemoteEntryTests
{
    private static readonly RemoteFile[] Files =
    [
        new("digits.weights.zip", new('a', 64), 123_456_789),
        new("digits.run.json", new('b', 64), 2),
        new("digits.plan.json", new('c', 64), 0),
    ];

    [Fact]
    public void What_is_written_can_be_read_whatever_the_order()
    {
        Assert.Equal(Files, RemoteEntry.Read(RemoteEntry.Write(Files), "digits"));
        Assert.Equal(Files, RemoteEntry.Read(RemoteEntry.Write(Files.Reverse()), "digits"));
    }

    [Fact]
    public void The_bytes_are_those_of_an_ActionResult()
    {
        // Field 2 (output_files) of field 1 (path) and field 2 (digest) of field 1 (hash) and field 2 (size_bytes).
        byte[] expected = [0x12, 0x4C, 0x0A, 0x04, .. "a.js"u8, 0x12, 0x44, 0x0A, 0x40, .. Enumerable.Repeat((byte)'d', 64), 0x10, 0x05];

        Assert.Equal(expected, RemoteEntry.Write([new("a.js", new('d', 64), 5)]));
    }

    [Fact]
    public void What_a_server_adds_about_who_stored_it_does_not_matter()
    {
        // Field 9, execution_metadata, whose field 1 is the worker.
        byte[] bytes = [.. RemoteEntry.Write(Files), 0x4A, 0x04, 0x0A, 0x02, .. "me"u8];

        Assert.Equal(Files, RemoteEntry.Read(bytes, "digits"));
    }

    [Theory]
    [InlineData("../digits.plan.json")]
    [InlineData("/etc/digits.plan.json")]
    [InlineData("letters.plan.json")]
    [InlineData("digits.weights.zip")]
    [InlineData("")]
    public void It_names_the_files_of_its_model_and_no_others(string name)
    {
        AssertRefused("its entry is not one of 'digits'", [.. Files[..2], Files[2] with { Name = name }]);
        AssertRefused("its entry is not one of 'digits'", [.. Files, Files[2] with { Name = name }]);
        AssertRefused("its entry is not one of 'digits'", Files[1..]);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("../../secret", 1)]
    [InlineData("CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC", 1)]
    [InlineData(null, -1)]
    [InlineData(null, ResultFile.LargestLength + 1)]
    [InlineData(null, long.MaxValue)]
    public void It_names_contents_that_can_be(string? hash, long length) =>
        AssertRefused("its entry names contents that cannot be", [.. Files[..2], new(Files[2].Name, hash ?? Files[2].Hash, length)]);

    [Theory]
    [InlineData("digits.plan.json", PlanJson.MaxLength)]
    [InlineData("digits.sweep.json", SweepFile.MaxLength)]
    [InlineData("digits.run.json", RunHistory.MaxLength)]
    [InlineData("digits.weights.zip", ResultFile.LargestLength)]
    [InlineData("digits.onnx", ResultFile.LargestLength)]
    [InlineData("digits.onnx.json", OnnxRecordJson.MaxLength)]
    public void A_file_is_no_longer_than_what_reads_it_takes(string name, long length)
    {
        var alone = ResultFile.Of(name) is { StandsAlone: true } kind ? kind.Leader ?? kind : null;
        RemoteFile[] With(long length) => [.. (alone is not null ? ResultFile.NamesOf("digits", alone).Select(each => new RemoteFile(each, new('d', 64), 1)) : Files).Where(file => file.Name != name), new(name, new('e', 64), length)];

        Assert.Contains(RemoteEntry.Read(RemoteEntry.Write(With(length)), "digits", alone), file => file.Name == name && file.Length == length);
        var error = Assert.Throws<RemoteCacheException>(() => RemoteEntry.Read(RemoteEntry.Write(With(length + 1)), "digits", alone));
        Assert.Equal("its entry names contents that cannot be", error.Message);
    }

    [Fact]
    public void A_file_without_a_content_is_refused()
    {
        var result = new ActionResult();
        result.OutputFiles.AddRange(Files.Select(file => new OutputFile { Path = file.Name }));

        Assert.Throws<RemoteCacheException>(() => RemoteEntry.Read(result.ToByteArray(), "digits"));
    }

    [Property]
    public void Damage_is_refused_or_changes_nothing_but_hash_and_length(byte[] noise, int at)
    {
        var bytes = RemoteEntry.Write(Files);
        var start = (int)((uint)at % (uint)bytes.Length);
        noise.AsSpan(0, Math.Min(noise.Length, bytes.Length - start)).CopyTo(bytes.AsSpan(start));
        try
        {
            var read = RemoteEntry.Read(bytes, "digits");
            Assert.Equal(Files.Select(file => file.Name).Order(), read.Select(file => file.Name).Order());
        }
        catch (RemoteCacheException error)
        {
            Assert.Equal(AbsCodes.RemoteCacheCorrupt, error.Code);
        }
    }

    private static void AssertRefused(string message, params RemoteFile[] files)
    {
        var error = Assert.Throws<RemoteCacheException>(() => RemoteEntry.Read(RemoteEntry.Write(files), "digits"));

        Assert.Equal(AbsCodes.RemoteCacheCorrupt, error.Code);
        Assert.Equal(message, error.Message);
    }
}
