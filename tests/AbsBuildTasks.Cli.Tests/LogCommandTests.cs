using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Cli.Tests;

public sealed class LogCommandTests : IDisposable
{
    private const string Snapshot = "P/AbsPlans/digits.plan.verified.json";
    private static readonly CompressionPlan Dearer = SamplePlan.Digits.With("conv2", layer => layer with { WeightBits = 8 });

    private readonly GitFolder _git = new();

    public void Dispose() => _git.Dispose();

    [Fact]
    public void The_versions_of_a_snapshot_stand_the_latest_first_with_what_changed()
    {
        Commit(SamplePlan.Digits, "Begin");
        Commit(Dearer, "Spend more bits");
        _git.Write(Snapshot, SamplePlan.Digits);

        foreach (var path in new[] { Snapshot, "P/AbsPlans", "" })
        {
            var run = CommandRun.Of("log", _git.File(path));

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            var rows = run.Output.Split('\n').Where(line => line.Contains("bit", StringComparison.Ordinal)).ToArray();
            Assert.Equal(3, rows.Length);
            Assert.EndsWith("1 changed  not committed", rows[0], StringComparison.Ordinal);
            Assert.EndsWith("1 changed  Spend more bits", rows[1], StringComparison.Ordinal);
            Assert.EndsWith("Begin", rows[2], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Json_has_every_number_of_each_version()
    {
        Commit(SamplePlan.Digits, "Begin");
        Commit(Dearer, "Spend more bits");

        var run = CommandRun.Of("log", _git.Path, "--format", "json");

        var schema = await NJsonSchema.JsonSchema.FromJsonAsync(Repository.Read("docs/log.schema.json"));
        Assert.Empty(schema.Validate(run.Output));
        var versions = JObject.Parse(run.Output).SelectToken("models[0].versions")!;
        Assert.Equal(["Spend more bits", "Begin"], versions.Select(version => (string)version["subject"]!));
        Assert.Equal([Dearer.Totals.Bops, SamplePlan.Digits.Totals.Bops], versions.Select(version => (long)version["bops"]!));
        Assert.All(versions, version => Assert.Equal(40, ((string)version["commit"]!).Length));
    }

    [Fact]
    public void A_snapshot_that_was_removed_or_cannot_be_read_says_so()
    {
        Commit(SamplePlan.Digits, "Begin");
        File.WriteAllText(_git.File(Snapshot), "{");
        _git.Commit("Break");
        File.Delete(_git.File(Snapshot));
        _git.Commit("Remove");
        Commit(Dearer, "Come back");

        var run = CommandRun.Of("log", _git.Path);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var lines = run.Output.Split('\n');
        Assert.Contains(lines, line => line.Contains("removed", StringComparison.Ordinal) && line.EndsWith("Remove", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("digits.plan.verified.json(1,", StringComparison.Ordinal) && line.EndsWith("Break", StringComparison.Ordinal));

        // The version before counts, over what is none.
        Assert.Contains(lines, line => line.Contains("1 changed", StringComparison.Ordinal) && line.EndsWith("Come back", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_shown_is_told()
    {
        Commit(SamplePlan.Digits, "Begin");
        Commit(Dearer, "Spend more bits");

        var (cut, whole) = (CommandRun.Of("log", _git.Path, "-n", "1"), CommandRun.Of("log", _git.Path, "-n", "2"));

        Assert.Contains("earlier commits are not shown", cut.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Begin", cut.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not shown", whole.Output, StringComparison.Ordinal);
        Assert.Equal(2, CommandRun.Of("log", _git.Path, "-n", "0").ExitCode);
    }

    [Fact]
    public void A_page_draws_metric_and_costs()
    {
        Commit(SamplePlan.Digits, "Begin <b>");
        Commit(Dearer, "Spend more bits");

        var run = CommandRun.Of("log", _git.Path, "--format", "html");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(3, run.Output.Split("class=\"chart\"").Length - 1);
        Assert.Contains("Begin &lt;b&gt;", run.Output, StringComparison.Ordinal);
    }

    /// <summary>A path is no pattern, and a subject no row of its own.</summary>
    [Fact]
    public void Names_and_messages_are_taken_as_they_are()
    {
        _git.Write("[d]/:(top)x.plan.verified.json", SamplePlan.Digits with { Model = "[d]" });
        _git.Commit("One\u001b[31m ##vso[task.complete]");

        var run = CommandRun.Of("log", _git.Path, "--format", "text");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.DoesNotContain("\u001b", run.Output, StringComparison.Ordinal);
        Assert.Contains("[d]: 1 version", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_snapshot_or_no_repository_the_reason_is_given()
    {
        File.WriteAllText(_git.File("readme"), "");
        _git.Commit("no plan");
        using var plain = new TemporaryFolder();
        PlanFile.Write(plain.File("AbsPlans/digits.plan.verified.json"), SamplePlan.Digits);

        Assert.StartsWith("error ABS4007: There is no snapshot in", CommandRun.Of("log", _git.Path).Error, StringComparison.Ordinal);
        Assert.StartsWith("error ABS4007: There is no file", CommandRun.Of("log", _git.File("nothing")).Error, StringComparison.Ordinal);
        Assert.StartsWith("error ABS4006: ", CommandRun.Of("log", plain.Path).Error, StringComparison.Ordinal);
    }

    /// <summary>One lists a snapshot's commits; three more say where the repository is and read all contents.</summary>
    [UnixFact]
    public void Git_is_started_once_a_snapshot_and_not_for_each_version()
    {
        foreach (var (plan, message) in new[] { (SamplePlan.Digits, "one"), (Dearer, "two"), (SamplePlan.Digits, "three") })
        {
            for (var i = 0; i < 20; i++)
            {
                _git.Write($"P{i}/AbsPlans/digits.plan.verified.json", plan);
            }

            _git.Commit(message);
        }

        Assert.Equal(1 + 3, Starts(0, "log", "P0"));
        Assert.Equal(20 + 3, Starts(0, "log", "."));
        _git.Write("P7/AbsPlans/digits.plan.verified.json", Dearer);
        Assert.Equal(Starts(0, "diff", "P0", "--base", "HEAD", "--direct"), Starts(1, "diff", ".", "--base", "HEAD", "--direct"));
    }

    /// <summary>A snapshot in a checkout below the folder has the history of that.</summary>
    [Fact]
    public void A_repository_below_the_folder_is_asked_for_its_own()
    {
        Commit(SamplePlan.Digits, "Begin");
        using var other = new GitFolder();
        other.Write("AbsPlans/inner.plan.verified.json", SamplePlan.Digits with { Model = "inner" });
        other.Commit("Begin elsewhere");
        _git.Git("clone", "--quiet", other.Path, _git.File("P/below"));

        var run = CommandRun.Of("log", _git.Path);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Begin elsewhere", run.Output, StringComparison.Ordinal);
        Assert.Contains("digits: 1 version", run.Output, StringComparison.Ordinal);
    }

    /// <summary>A path with a line break is no question of its own, and one with blanks is one.</summary>
    [UnixFact]
    public void Any_name_of_a_snapshot_is_found_in_commits()
    {
        string[] names = ["a\nHEAD:P/other", "b blob 2", "c\td", "ü missing"];
        foreach (var (name, number) in names.Select((name, number) => (name, number)))
        {
            _git.Write($"P/{name}.plan.verified.json", SamplePlan.Digits with { Model = $"model{number}" });
        }

        _git.Commit("first");

        var run = CommandRun.Of("log", _git.Path, "--format", "json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var models = JObject.Parse(run.Output)["models"]!;
        Assert.Equal(["model0", "model1", "model2", "model3"], models.Select(model => (string)model["model"]!).Order(StringComparer.Ordinal));
        Assert.All(models, model => Assert.Equal("first", (string)Assert.Single(model["versions"]!)["subject"]!));
    }

    /// <summary>How often a command starts git.</summary>
    private int Starts(int exitCode, params string[] arguments)
    {
        using var tools = new TemporaryFolder();
        ShellProgram.Write(tools.File("git"), $"echo start >> '{tools.File("starts")}'\nexec '{ProgramFile.Find("git", Environment.GetEnvironmentVariable("PATH"))}' \"$@\"");
        var run = GitFolder.Start(_git.Path, tools.Path, arguments);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Error));
        return File.ReadAllLines(tools.File("starts")).Length;
    }

    private void Commit(CompressionPlan plan, string message)
    {
        _git.Write(Snapshot, plan);
        _git.Commit(message);
    }
}
