using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Git;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Cli.Tests;

/// <summary>What a checkout may hold that looks like something else: names, files, programs and options.</summary>
public sealed class HostileGitTests : IDisposable
{
    private readonly GitFolder _git = new();

    public void Dispose() => _git.Dispose();

    [UnixFact]
    public void Names_that_could_be_part_of_the_talk_with_git_are_names()
    {
        string[] names = ["a\nHEAD:P/other", "b\n0000000000000000000000000000000000000000 blob 2\n{}\n", "c\td", "e\"f", ":(glob)*", "g missing", "\\h", "ü"];
        foreach (var (name, number) in names.Select((name, number) => (name, number)))
        {
            _git.Write($"P/{name}.plan.verified.json", SamplePlan.Digits with { Model = $"model{number}" });
        }

        _git.Commit("first");
        _git.Write($"P/{names[3]}.plan.verified.json", GitFolder.Dearer with { Model = "model3" });

        var run = CommandRun.Of("diff", _git.Path, "--direct", "--base", "HEAD", "--format", "json");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        var models = JObject.Parse(run.Output)["models"]!.ToDictionary(model => (string)model["model"]!, model => (string)model["status"]!);
        Assert.Equal(names.Length, models.Count);
        Assert.All(models, model => Assert.Equal(model.Key == "model3" ? "changed" : "unchanged", model.Value));
    }

    [UnixFact]
    public void A_committed_file_that_is_too_large_for_a_plan_is_not_read_and_the_talk_with_git_goes_on()
    {
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);
        _git.Git("checkout", "--quiet", "main");
        File.WriteAllText(_git.File("P/AbsPlans/large.plan.verified.json"), new string(' ', PlanJson.MaxLength + 1));
        _git.Commit("large");
        _git.Git("checkout", "--quiet", "branch");

        var run = CommandRun.Of("diff", _git.File("P"), "--direct", "--base", "main");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("P/AbsPlans/large.plan.verified.json: the file is too large to be a plan", run.Error, StringComparison.Ordinal);

        using var contents = GitRepository.Of(_git.Path).Open();
        GitFile FileOf(string name) => new(name, _git.Git("rev-parse", $"main:P/AbsPlans/{name}").Trim());
        Assert.Null(contents.Read(FileOf("large.plan.verified.json"), PlanJson.MaxLength));
        Assert.Equal("digits", PlanFile.Read(contents.Read(FileOf("digits.plan.verified.json"), PlanJson.MaxLength), "digits").Plan.Model);
    }

    [UnixTheory]
    [InlineData("160000", "error ABS4006: git does not have the content of 'x.plan.verified.json'")]
    [InlineData("120000", "error ABS4003: ")]
    public void What_is_committed_in_a_plans_place_and_is_none_is_an_error(string mode, string message)
    {
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);
        var id = new string('1', 40);
        if (mode == "120000")
        {
            File.WriteAllText(_git.File("target"), "/dev/zero");
            id = _git.Git("hash-object", "-w", "target").Trim();
            File.Delete(_git.File("target"));
        }

        _git.Git("update-index", "--add", "--cacheinfo", $"{mode},{id},x.plan.verified.json");
        _git.Git("commit", "--quiet", "--message", "odd");

        var run = CommandRun.Of("diff", _git.Path, "--direct", "--base", "HEAD");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_git_in_the_checkout_is_not_started()
    {
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);
        _git.WriteProgram("git", "touch \"$(dirname \"$0\")/attacked\"");

        foreach (var path in new[] { "", ".", ":", "./", "P/..", ".:/usr/bin:/bin" })
        {
            var run = GitFolder.Start(_git.Path, path, "diff", ".", "--base", "main");

            Assert.False(File.Exists(_git.File("attacked")), path);
            Assert.Equal(path.Contains("/bin", StringComparison.Ordinal) ? 1 : 2, run.ExitCode);
            Assert.Contains(run.ExitCode == 1 ? "the merge base of main, " : "error ABS4006: git is in no folder that PATH names", run.Output + run.Error, StringComparison.Ordinal);
        }
    }

    [UnixFact]
    public void A_dotnet_in_the_checkout_is_not_started()
    {
        _git.WriteProgram("dotnet", "touch \"$(dirname \"$0\")/attacked\"");

        foreach (var host in new[] { null, "dotnet", "./dotnet" })
        {
            var run = GitFolder.StartWith(host, _git.Path, ".:", "search", ".");

            Assert.False(File.Exists(_git.File("attacked")), host);
            Assert.Equal(1, run.ExitCode);
            Assert.StartsWith("error ABS1008: ", run.Error, StringComparison.Ordinal);
        }
    }

    [UnixFact]
    public void A_folder_of_the_checkout_that_looks_like_a_repository_is_none()
    {
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);
        var program = _git.WriteProgram("evil", "touch \"$(dirname \"$0\")/attacked\"");
        _git.Git("clone", "--quiet", "--bare", _git.Path, _git.File("P/inner"));
        File.AppendAllText(_git.File("P/inner/config"), $"[core]\n\tbare = false\n\tworktree = {_git.Path}\n\tfsmonitor = {program}\n\tsshCommand = {program}\n[alias]\n\tshow = !{program}\n");

        var run = CommandRun.Of("diff", _git.File("P/inner"), "--base", "main");

        Assert.False(File.Exists(_git.File("attacked")));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error ABS4006: ", run.Error, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("@x.plan.verified.json")]
    [InlineData("-ox.plan.verified.json")]
    [InlineData("-x.plan.verified.json")]
    [InlineData("--output=x.plan.verified.json")]
    [InlineData("--x.plan.verified.json")]
    public void A_path_that_git_hands_over_is_a_path(string name)
    {
        _git.ShowPlansAsText("--");
        _git.Write(name, SamplePlan.Digits);
        File.WriteAllText(_git.File("x.plan.verified.json"), "P/a.plan.verified.json\n--output\nattacked\n");
        _git.Write("P/a.plan.verified.json", SamplePlan.Digits);
        _git.Commit("first");
        _git.Write(name, SamplePlan.Digits with { Fingerprint = new('b', 64) });

        _git.Git("diff", "--", name);

        Assert.False(File.Exists(_git.File("attacked")));
        Assert.Equal("P/a.plan.verified.json\n--output\nattacked\n", File.ReadAllText(_git.File("x.plan.verified.json")));
        Assert.Contains(SamplePlan.Digits.Fingerprint[..7], _git.Git("show", "--textconv", $"HEAD:./{name}"), StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData("@x.plan.verified.json")]
    [InlineData("-x.plan.verified.json")]
    [InlineData("-ox.plan.verified.json")]
    [InlineData("--x.plan.verified.json")]
    public void A_path_that_looks_like_something_else_is_a_path(string name)
    {
        _git.Write(name, SamplePlan.Digits);
        _git.Write("a.plan.json", SamplePlan.Digits);
        File.WriteAllText(_git.File("x.plan.verified.json"), "a.plan.json\n--output\nattacked\n");

        var run = GitFolder.Start(_git.Path, "", "show", name);

        Assert.False(File.Exists(_git.File("attacked")));
        Assert.Equal("a.plan.json\n--output\nattacked\n", File.ReadAllText(_git.File("x.plan.verified.json")));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [UnixFact]
    public void An_option_that_is_also_a_file_is_refused()
    {
        _git.Write("a.plan.json", SamplePlan.Digits);
        _git.Write("--format=json", SamplePlan.Digits);

        var run = GitFolder.Start(_git.Path, "", "show", "a.plan.json", "--format=json");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error ABS1032: '--format=json' ", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, GitFolder.Start(_git.Path, "", "show", "--", "--format=json").ExitCode);
        Assert.Equal(0, GitFolder.Start(_git.Path, "", "show", "./--format=json").ExitCode);
    }
}
