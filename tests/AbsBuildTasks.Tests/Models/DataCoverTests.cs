using AbsBuildTasks.Models;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;

namespace AbsBuildTasks.Tests.Models;

public sealed class DataCoverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "", null, false)]
    [InlineData("auto", "2KB", null, false)]
    [InlineData("auto", "1.9KB", null, true)]
    [InlineData("content", "0KB", null, false)]
    [InlineData("manifest", "2GB", null, true)]
    [InlineData("Manifest", "2GB", "content", false)]
    [InlineData("content", "1KB", "auto", true)]
    [InlineData("", "2GB", "manifest", true)]
    public void Content_counts_up_to_the_limit_of_all_files_unless_said_otherwise(string mode, string limit, string? own, bool isManifest) =>
        Assert.Equal(isManifest, new DataCover(mode, limit).IsManifest(Model(own)));

    [Fact]
    public void A_note_says_what_does_not_count() => Assert.Equal(
        "abs: digits: its data files (2.0 KB) count by name, length and time, not by content; DataFingerprint=\"content\" has them read",
        DataCover.Note(Model(null)));

    [UnixFact]
    public void A_link_counts_as_what_it_leads_to()
    {
        var (file, link) = (_folder.Write("store/data", "abc"), Path.Combine(_folder.Path, "link"));
        File.CreateSymbolicLink(link, file);

        Assert.Equal(DataCover.Stamp(InputFile.At("store/data", _folder.Path)), DataCover.Stamp(InputFile.At("link", _folder.Path)));
    }

    [Theory]
    [InlineData("all", "2GB", "AbsDataFingerprint=\"all\" is unknown; use auto, content or manifest.")]
    [InlineData("auto", "2", "AbsDataHashLimit=\"2\" cannot be read; write a size such as 4GB or 500MB.")]
    public void Other_values_are_refused(string mode, string limit, string message)
    {
        var error = Assert.Throws<AbsException>(() => new DataCover(mode, limit));

        Assert.Equal((AbsCodes.InvalidSetting, message), (error.Code, error.Message));
        Assert.Contains("DataFingerprint=\"all\"", Assert.Throws<AbsException>(() => DataCover.Own("all")).Message, StringComparison.Ordinal);
    }

    private ModelItem Model(string? own) => new()
    {
        Item = null!,
        Name = "digits",
        Settings = new SearchSettings { Budget = new Budget(0.05) },
        DataFiles = [.. new[] { "a", "b" }.Select(name => InputFile.At(_folder.Write(name, new string('x', 1024)), _folder.Path))],
        DataFingerprint = own,
    };
}
