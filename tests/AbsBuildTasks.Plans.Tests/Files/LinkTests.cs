using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Reports.Ci;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Files;

/// <summary>Links in the places of files and folders that are written, as whoever can commit can put them there.</summary>
public sealed class LinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LinkTests() => Directory.CreateDirectory(_folder.File("outside"));

    private IEnumerable<string> Outside => Directory.GetFileSystemEntries(_folder.File("outside"));

    public void Dispose() => _folder.Dispose();

    [UnixTheory]
    [InlineData("outside/there")]
    [InlineData("outside/not-there")]
    [InlineData("link")]
    public void A_written_file_takes_the_place_of_a_link(string target)
    {
        var there = _folder.Write("outside/there", "precious");
        File.CreateSymbolicLink(_folder.File("link"), _folder.File(target));

        AtomicFile.Write(_folder.File("link"), "new"u8.ToArray());

        Assert.Equal("new", File.ReadAllText(_folder.File("link")));
        Assert.Equal("precious", File.ReadAllText(there));
        Assert.Equal([there], Outside);
        Assert.False(FileLink.Is(_folder.File("link")));
    }

    [UnixTheory]
    [InlineData("CI_PROJECT_DIR")]
    [InlineData("TF_BUILD")]
    public void No_summary_is_written_into_a_linked_folder(string server)
    {
        Directory.CreateSymbolicLink(_folder.File("abs-summary"), _folder.File("outside"));
        var summary = new CiSummary(name => (server, name) switch
        {
            ("TF_BUILD", "TF_BUILD") => "True",
            ("CI_PROJECT_DIR", "CI_PROJECT_DIR") => _folder.Path,
            ("CI_PROJECT_DIR", "GITLAB_CI") => "true",
            _ => null,
        }, "Do without.");

        var error = Assert.Throws<AbsException>(() => summary.Publish("P.a", "text", _folder.File("abs-summary")));

        Assert.Equal(AbsCodes.SummaryNotWritten, error.Code);
        Assert.Contains("is a link, and nothing is written through one", error.Message, StringComparison.Ordinal);
        Assert.Empty(Outside);
    }

    [UnixTheory]
    [InlineData("abs-summary")]
    [InlineData("abs-summary/code-quality.json")]
    public void Nor_a_list_of_problems(string link)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(link))!);
        var precious = _folder.Write("outside/code-quality.json", "precious");
        File.CreateSymbolicLink(_folder.File(link), link == "abs-summary" ? _folder.File("outside") : precious);

        Assert.Throws<IOException>(() => CodeQualityFile.Put(_folder.File("abs-summary/code-quality.json"), "f", null));

        Assert.Equal("precious", File.ReadAllText(precious));
    }

    [UnixTheory]
    [InlineData("step.md")]
    public void Nor_a_summary_appended_to_a_linked_file(string name)
    {
        var precious = _folder.Write("outside/file", "precious");
        File.CreateSymbolicLink(_folder.File(name), precious);

        Assert.Throws<AbsException>(() => new CiSummary(variable => variable == "GITHUB_STEP_SUMMARY" ? _folder.File(name) : null, "").Publish("P.a", "text", _folder.Path));

        Assert.Equal("precious", File.ReadAllText(precious));
    }

    [UnixTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_snapshot_is_written_into_or_removed_from_a_linked_folder(bool accepts)
    {
        var received = _folder.Write("outside/digits.plan.received.json", "precious");
        Directory.CreateSymbolicLink(_folder.File("AbsPlans"), _folder.File("outside"));
        var verifier = new SnapshotVerifier(_folder.File("AbsPlans"));

        var error = Assert.Throws<AbsException>(() =>
        {
            if (accepts)
            {
                verifier.Accept(SamplePlan.Digits);
            }
            else
            {
                verifier.Verify(SamplePlan.Digits, SnapshotPolicy.Exact, SnapshotTolerances.None);
            }
        });

        Assert.Equal(AbsCodes.LinkedFolder, error.Code);
        Assert.Equal([received], Outside);
        Assert.Equal("precious", File.ReadAllText(received));
    }

    [UnixTheory]
    [InlineData("checkpoints")]
    [InlineData("checkpoints/lock")]
    public void No_lock_is_made_by_a_link(string link)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(link))!);
        File.CreateSymbolicLink(_folder.File(link), link == "checkpoints" ? _folder.File("outside") : _folder.File("outside/made"));

        Assert.Throws<IOException>(() => FolderLock.TryTake(_folder.File("checkpoints"), TimeSpan.Zero));

        Assert.Empty(Outside);
    }

    [UnixTheory]
    [InlineData("abs")]
    [InlineData("abs/plans")]
    [InlineData("abs/checkpoints/digits")]
    public void A_link_is_found_in_a_folder_at_any_depth(string link)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(link))!);
        Directory.CreateSymbolicLink(_folder.File(link), _folder.Path);

        Assert.Equal(_folder.File(link), OwnFolder.FirstLink(_folder.File("abs")));
        Assert.Equal(AbsCodes.LinkedFolder, Assert.Throws<AbsException>(() => OutputFolder.RequireNoLinks(_folder.File("abs"))).Code);
    }

    [Fact]
    public void Limits_hold_on_what_is_read()
    {
        using var endless = new Endless();

        Assert.Null(OrdinaryFile.ReadAtMost(endless, 1000));
        Assert.InRange(endless.Given, 1001, 1001);
    }

    [Theory]
    [InlineData("{\"a\": 1111}", 100_000)]
    [InlineData("{\"a\": 0.1111}", 100_000)]
    [InlineData("{\"a\": 1111x}", 100_000)]
    [InlineData("{1111: 1}", 100_000)]
    public void Long_numbers_are_not_echoed_whole(string form, int digits)
    {
        try
        {
            var json = StrictJson.ReadObject(form.Replace("1111", new string('1', digits), StringComparison.Ordinal));
            _ = json.Int("a", 0, 1);
            Assert.Fail("It was read.");
        }
        catch (JsonShapeException error)
        {
            Assert.InRange(error.Message.Length, 1, 500);
        }
    }

    /// <summary>Says that it has a byte, and never ends.</summary>
    private sealed class Endless : MemoryStream
    {
        public long Given { get; private set; }

        public override long Length => 1;

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }
    }
}
