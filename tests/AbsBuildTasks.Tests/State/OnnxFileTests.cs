using AbsBuildTasks.State;

namespace AbsBuildTasks.Tests.State;

public sealed class OnnxFileTests : IDisposable
{
    private const string Key = "1.0;opset=25";

    private readonly TemporaryFolder _folder = new();

    private OnnxFile File => new(_folder.Path, "digits");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_are_sound_as_they_were_put_there_and_as_they_are_wanted()
    {
        Assert.False(File.IsSound(Key));

        Take();

        Assert.True(File.IsSound(Key));
        Assert.False(File.IsSound("1.1;opset=25"));
        Assert.Null(File.Refusal(Key));
        System.IO.File.AppendAllText(File.RecordPath, " ");
        Assert.False(File.IsSound(Key));
    }

    [Fact]
    public void A_refusal_is_known_for_what_was_wanted_and_leaves_no_file()
    {
        Take();

        File.Refuse(Key, "ABS6001", "It\tcannot be\nwritten.");

        Assert.Equal(("ABS6001", "It\tcannot be\nwritten."), File.Refusal(Key));
        Assert.Null(File.Refusal("1.1;opset=25"));
        Assert.False(File.IsSound(Key));
        Assert.All(File.Files, file => Assert.False(System.IO.File.Exists(file)));

        File.Remove();
        Assert.Null(File.Refusal(Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("refused")]
    [InlineData("refused\t1.0;opset=25\tABS6001\t***")]
    [InlineData("made\t1.0;opset=25")]
    public void A_damaged_record_says_nothing(string text)
    {
        _folder.Write("onnx.tsv", text);

        Assert.False(File.IsSound(Key));
        Assert.Null(File.Refusal(Key));
    }

    [Fact]
    public void Of_each_model_the_last_verdict_is_kept()
    {
        var verdicts = new ExportVerdicts(_folder.Path);
        Assert.Null(verdicts.Find("digits", "1"));

        verdicts.Keep("digits", "1", "");
        verdicts.Keep("letters", "2", "no\nway");
        verdicts.Keep("letters", "3", "no\tway");

        Assert.Equal("", verdicts.Find("digits", "1"));
        Assert.Equal("no\tway", verdicts.Find("letters", "3"));
        Assert.Null(verdicts.Find("letters", "2"));
        Assert.Null(verdicts.Find("digits", "2"));
    }

    private void Take()
    {
        _ = _folder.Write("made/digits.onnx", "bytes");
        _ = _folder.Write("made/digits.onnx.json", "{}");
        File.Take(Path.Combine(_folder.Path, "made"), Key);
    }
}
