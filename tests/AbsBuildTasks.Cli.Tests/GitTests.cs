using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Git;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Cli.Tests;

public sealed class GitTests : IDisposable
{
    private readonly GitFolder _git = new();

    public void Dispose() => _git.Dispose();

    [Fact]
    public void A_branch_is_compared_with_where_it_left_the_main_branch()
    {
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);

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
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);

        foreach (var path in new[] { GitFolder.Snapshot, "P/AbsPlans" })
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
        _git.Write(GitFolder.Snapshot, SamplePlan.Digits);
        _git.Commit("snapshot");
        AcceptanceFile.Add(AcceptanceFile.PathOf(_git.Write(GitFolder.Snapshot, GitFolder.Dearer)), "digits", Acceptance.Of(GitFolder.Dearer, DateTime.Today, "Ada", "a new camera ##vso[x]", ""));

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
        Accept(GitFolder.Dearer with { Fingerprint = new('a', 64) }, seed: "2");
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
        _git.Write(GitFolder.Snapshot, SamplePlan.Digits);
        _git.Commit("snapshot");
        Assert.Equal(0, CommandRun.Of("diff", _git.Path).ExitCode);
        _git.Write("P/AbsPlans/digits.plan.received.json", GitFolder.Dearer);

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
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);

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
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);
        _git.Write(file, GitFolder.Dearer);

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
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);
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
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);

        var run = CommandRun.Of("diff", _git.Path, $"--base={name}");

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error ABS4006: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(_git.File("x")));
    }

    [Fact]
    public void Branches_without_a_common_commit_say_what_to_fetch()
    {
        _git.WriteBranch(GitFolder.Snapshot, GitFolder.Dearer);
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
        _git.ShowPlansAsText("--");
        _git.Write(GitFolder.Snapshot, SamplePlan.Digits);
        _git.Commit("first");

        // As many filters as before, but others: a text that counted them alone would hide that.
        _git.Write(GitFolder.Snapshot, SamplePlan.Digits.With("conv2", layer => layer with { KeptFilters = FilterRanges.Parse("1-4,6-15") }));

        var lines = _git.Git("diff").Split('\n').Where(line => line.StartsWith('-') || line.StartsWith('+')).ToArray();

        Assert.Equal(["-  conv2         0-2,4-8,10-15", "+  conv2         1-4,6-15"], lines[2..]);
    }
}
