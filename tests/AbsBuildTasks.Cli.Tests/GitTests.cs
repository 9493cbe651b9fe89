using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Git;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Cli.Tests;

public sealed class GitTests : IDisposable
{
    private const string Snapshot = "P/AbsPlans/digits.plan.verified.json";
    private static readonly CompressionPlan Dearer = SamplePlan.Digits.With("conv2", layer => layer with { WeightBits = 8 });

    private readonly GitFolder _git = new();

    public void Dispose() => _git.Dispose();

    [Fact]
    public void A_branch_is_compared_with_where_it_left_the_main_branch()
    {
        Branch();

        var run = CommandRun.Of("diff", _git.Path, "--format", "json");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        var diff = JObject.Parse(run.Output);
        Assert.StartsWith("the merge base of main, ", (string?)diff["base"], StringComparison.Ordinal);
        Assert.Equal(["added added", "digits changed", "gone removed"], diff["models"]!.Select(model => $"{model["model"]} {model["status"]}"));
        Assert.Equal(4, (int)diff.SelectToken("models[1].layers[0].changes[0].before")!);
    }

    [Fact]
    public void A_snapshot_and_its_folder_can_be_compared_with_a_commit_itself()
    {
        Branch();

        foreach (var path in new[] { Snapshot, "P/AbsPlans" })
        {
            var run = CommandRun.Of("diff", _git.File(path), "--base", "main", "--direct");

            Assert.Equal((1, ""), (run.ExitCode, run.Error));
            Assert.Contains("compared with main, ", run.Output, StringComparison.Ordinal);
            Assert.Contains("92.0 -> 91.75", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_reason_of_a_changed_snapshot_is_told()
    {
        _git.Write(Snapshot, SamplePlan.Digits);
        _git.Commit("snapshot");
        AcceptanceFile.Add(AcceptanceFile.PathOf(_git.Write(Snapshot, Dearer)), "digits", Acceptance.Of(Dearer, DateTime.Today, "Ada", "a new camera ##vso[x]", ""));

        var run = CommandRun.Of("diff", _git.Path);

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("accepted by Ada on ", run.Output, StringComparison.Ordinal);
        Assert.Contains(": a new camera ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("##vso[", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fresh_clone_knows_why_an_accepted_plan_was_searched_again_and_what_it_went_beyond()
    {
        Accept(SamplePlan.Digits, seed: "1");
        _git.Commit("snapshot");
        _git.Git("checkout", "--quiet", "-b", "feature");
        Accept(Dearer with { Fingerprint = new('a', 64) }, seed: "2");
        _git.Commit("accept");
        using var clone = new TemporaryFolder();
        _git.Git("clone", "--quiet", _git.Path, clone.File("copy"));

        var run = CommandRun.Of("diff", clone.File("copy"), "--base", "origin/main");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("digits: accepted; 1 layer changed\n  beyond policy exact against the snapshot (nothing may differ)\n  totals.bops 128000 -> 160000\n", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"\n  commit [0-9a-f]{8}, configuration Release, budget bops=5%\n\n  searched again because\n  setting:Seed changed from 1 to 2\n", run.Output);
        Assert.Equal("accepted", (string?)JObject.Parse(CommandRun.Of("diff", clone.File("copy"), "--base", "origin/main", "--format", "json").Output).SelectToken("models[0].verdict.kind"));

        // The snapshot alone, and a page of it.
        Assert.Contains("setting:Seed changed from 1 to 2", CommandRun.Of("diff", clone.File("copy/P/AbsPlans/digits.plan.verified.json"), "--base", "origin/main", "--format", "html").Output, StringComparison.Ordinal);

        void Accept(CompressionPlan plan, string seed) => new SnapshotVerifier(_git.File("P/AbsPlans"))
            .Accept(plan, SnapshotInputs.Of(plan, [new("setting:Seed", seed)], "Release", SnapshotRule.Default));
    }

    [Fact]
    public void A_plan_that_waits_for_being_accepted_is_told_where_the_snapshots_are_those_of_the_base()
    {
        _git.Write(Snapshot, SamplePlan.Digits);
        _git.Commit("snapshot");
        Assert.Equal(0, CommandRun.Of("diff", _git.Path).ExitCode);
        _git.Write("P/AbsPlans/digits.plan.received.json", Dearer);

        var run = CommandRun.Of("diff", _git.Path);

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("; 1 plan not accepted\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_commit_without_plans_and_a_folder_without_them_is_nothing_to_compare()
    {
        File.WriteAllText(_git.File("readme"), "");
        _git.Commit("no plan");

        var run = CommandRun.Of("diff", _git.Path);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error ABS4007: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("nor in the merge base of main, ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_without_the_plan_is_said_to_have_none()
    {
        Branch();

        var run = CommandRun.Of("diff", _git.Write("P/AbsPlans/new.plan.verified.json", SamplePlan.Digits with { Model = "new" }), "--base", "main");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(", which has no such plan\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("new: new, 3 layers", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("P/AbsPlans/digits.plan.received.json")]
    [InlineData("P/bin/abs/digits.plan.json")]
    public void A_received_or_built_plan_is_compared_with_what_is_committed_of_it(string file)
    {
        Branch();
        _git.Write(file, Dearer);

        foreach (var options in new[] { new[] { "--base", "main" }, ["--direct"] })
        {
            var run = CommandRun.Of(["diff", _git.File(file), .. options]);

            Assert.Equal((1, ""), (run.ExitCode, run.Error));
            Assert.DoesNotContain("no such plan", run.Output, StringComparison.Ordinal);
            Assert.Contains("4 -> 8", run.Output, StringComparison.Ordinal);
            Assert.Equal(options is ["--direct"], run.Output.Contains("92.0 -> 91.75", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("GITHUB_BASE_REF", "release")]
    [InlineData("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/release")]
    [InlineData("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "release")]
    public void The_pull_requests_base_comes_first(string variable, string branch)
    {
        Branch();
        _git.Git("update-ref", "refs/remotes/origin/release", "main");

        var run = CommandRun.Of(new() { [variable] = branch }, isTerminal: false, "diff", _git.Path);

        Assert.Contains("the merge base of origin/release, ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("--output=x")]
    [InlineData("main\n")]
    public void A_commit_that_git_does_not_have_is_an_error(string name)
    {
        Branch();

        var run = CommandRun.Of("diff", _git.Path, $"--base={name}");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error ABS4006: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(_git.File("x")));
    }

    [Fact]
    public void Branches_without_a_common_commit_say_what_to_fetch()
    {
        Branch();
        _git.Git("checkout", "--quiet", "--orphan", "other");
        _git.Commit("other");

        var run = CommandRun.Of("diff", _git.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("fetch-depth 0", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_outside_git_is_an_error()
    {
        using var folder = new TemporaryFolder();

        var run = CommandRun.Of("diff", folder.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error ABS4006: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Git_shows_plans_as_text_where_it_is_told_to()
    {
        TextConversion("--");
        _git.Write(Snapshot, SamplePlan.Digits);
        _git.Commit("first");

        // As many filters as before, but others: a text that counted them alone would hide that.
        _git.Write(Snapshot, SamplePlan.Digits.With("conv2", layer => layer with { KeptFilters = FilterRanges.Parse("1-4,6-15") }));

        var lines = _git.Git("diff").Split('\n').Where(line => line.StartsWith('-') || line.StartsWith('+')).ToArray();

        Assert.Equal(["-  conv2         0-2,4-8,10-15", "+  conv2         1-4,6-15"], lines[2..]);
    }

    [UnixFact]
    public void Names_that_could_be_part_of_the_talk_with_git_are_names()
    {
        string[] names = ["a\nHEAD:P/other", "b\n0000000000000000000000000000000000000000 blob 2\n{}\n", "c\td", "e\"f", ":(glob)*", "g missing", "\\h", "ü"];
        foreach (var (name, number) in names.Select((name, number) => (name, number)))
        {
            _git.Write($"P/{name}.plan.verified.json", SamplePlan.Digits with { Model = $"model{number}" });
        }

        _git.Commit("first");
        _git.Write($"P/{names[3]}.plan.verified.json", Dearer with { Model = "model3" });

        var run = CommandRun.Of("diff", _git.Path, "--direct", "--base", "HEAD", "--format", "json");

        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        var models = JObject.Parse(run.Output)["models"]!.ToDictionary(model => (string)model["model"]!, model => (string)model["status"]!);
        Assert.Equal(names.Length, models.Count);
        Assert.All(models, model => Assert.Equal(model.Key == "model3" ? "changed" : "unchanged", model.Value));
    }

    [UnixFact]
    public void A_committed_file_that_is_too_large_for_a_plan_is_not_read_and_the_talk_with_git_goes_on()
    {
        Branch();
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
        Branch();
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
        Branch();
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
        Branch();
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
        TextConversion("--");
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

    private void TextConversion(string end)
    {
        var tool = Path.Combine(AppContext.BaseDirectory, "abs.dll");
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        File.WriteAllText(_git.File(".gitattributes"), "*.plan.verified.json diff=abs\n");
        _git.Git("config", "diff.abs.textconv", $"\"{dotnet}\" \"{tool}\" show --format text {end}");
    }

    // Main goes on after the branch has left it: that is no change of the branch.
    private void Branch()
    {
        _git.Write(Snapshot, SamplePlan.Digits);
        _git.Write("P/AbsPlans/gone.plan.verified.json", SamplePlan.Digits with { Model = "gone" });
        _git.Commit("first");
        _git.Git("checkout", "--quiet", "-b", "branch");
        _git.Write(Snapshot, Dearer);
        _git.Write("P/AbsPlans/added.plan.verified.json", SamplePlan.Digits with { Model = "added" });
        File.Delete(_git.File("P/AbsPlans/gone.plan.verified.json"));
        _git.Commit("second");
        _git.Git("checkout", "--quiet", "main");
        _git.Write(Snapshot, SamplePlan.Digits with { Metric = SamplePlan.Digits.Metric with { Compressed = 92 } });
        _git.Commit("third");
        _git.Git("checkout", "--quiet", "branch");
    }
}
