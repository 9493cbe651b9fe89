using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Ci;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Reports.Ci;

public sealed class CiSummaryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_shown_on_a_desk()
    {
        var summary = Summary([]);

        Assert.False(summary.IsShown);
        Assert.Null(summary.Publish("a", "text\n", _folder.Path));
        Assert.Empty(_folder.FileNames());
    }

    [Fact]
    public void GitHub_gets_each_summary_once_after_what_is_there()
    {
        var file = _folder.Write("step.md", "# Tests");
        var summary = Summary(new() { ["GITHUB_STEP_SUMMARY"] = file });

        for (var i = 0; i < 2; i++)
        {
            Assert.Null(summary.Publish("P.a", "first\n", _folder.Path));
            Assert.Null(summary.Publish("P.b", "second\n", _folder.Path));
        }

        var text = File.ReadAllText(file);
        Assert.StartsWith("# Tests\n<!-- abs-summary ", text, StringComparison.Ordinal);
        Assert.Equal(["first", "second"], text.Split('\n').Where(line => line is "first" or "second"));
    }

    [Fact]
    public void GitHub_never_gets_more_than_it_shows()
    {
        var file = _folder.Write("step.md", new string('x', (1024 * 1024) - 100));
        var before = File.ReadAllBytes(file);

        var error = Assert.Throws<AbsException>(() => Summary(new() { ["GITHUB_STEP_SUMMARY"] = file }).Publish("P.a", new string('y', 100), _folder.Path));

        Assert.Equal(AbsCodes.SummaryNotWritten, error.Code);
        Assert.Equal(before, File.ReadAllBytes(file));
    }

    [Fact]
    public void Azure_is_told_of_a_file()
    {
        var folder = _folder.File("a%b;c]d");
        var command = Summary(new() { ["TF_BUILD"] = "True" }).Publish("P.a", "é\n", folder);

        Assert.Equal($"##vso[task.uploadsummary]{_folder.Path}/a%AZP25b;c]d/P.a.summary.md", command?.Replace('\\', '/'));
        Assert.Equal("é\n"u8.ToArray(), File.ReadAllBytes(Path.Combine(folder, "P.a.summary.md")));
    }

    [Fact]
    public void GitLab_finds_a_file_among_the_artifacts()
    {
        Assert.Null(Summary(new() { ["GITLAB_CI"] = "true", ["CI_PROJECT_DIR"] = _folder.Path }).Publish("P.a", "text\n", _folder.File("unused")));

        Assert.Equal(["abs-summary/P.a.md"], _folder.FileNames());
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told()
    {
        var error = Assert.Throws<AbsException>(() => Summary(new() { ["GITHUB_STEP_SUMMARY"] = _folder.Path }).Publish("P.a", "text\n", _folder.Path));

        Assert.Equal(AbsCodes.SummaryNotWritten, error.Code);
        Assert.Contains("Do without.", error.Message, StringComparison.Ordinal);
    }

    private static CiSummary Summary(Dictionary<string, string> variables) => new(name => variables.GetValueOrDefault(name), "Do without.");
}
