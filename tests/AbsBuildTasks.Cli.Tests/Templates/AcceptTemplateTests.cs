using System.Xml.Linq;
using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests.Templates;

/// <summary>The workflow that accepts plans by a comment, each step run with real git and a real <c>abs</c>.</summary>
public sealed class AcceptTemplateTests : IDisposable
{
    private const string Snapshot = "MyModels/AbsPlans/digits.plan.verified.json";

    private static readonly CompressionPlan New = SamplePlan.Digits.With("conv1", layer => layer with { WeightBits = 4 });

    private readonly GitFolder _checkout = new();
    private readonly GitFolder _origin = new();

    public AcceptTemplateTests()
    {
        _origin.Git("config", "receive.denyCurrentBranch", "ignore");
        _checkout.Write(Snapshot, SamplePlan.Digits);
        _checkout.Commit("Begin");
        _checkout.Git("remote", "add", "origin", _origin.Path);
        _checkout.Git("push", "--quiet", "origin", "HEAD:refs/heads/topic");
    }

    private static string Workflow => Path.Combine(Repository.Root, "templates", "github", "accept.yml");

    public void Dispose()
    {
        _checkout.Dispose();
        _origin.Dispose();
    }

    [UnixFact]
    public void A_comment_accepts_the_plan_of_the_search_job()
    {
        using var run = Start("/abs accept digits the new camera; $(touch x) `y` \"z\"\r\nmore text");

        Assert.Equal(0, run.Step("Accept", _checkout.Path).ExitCode);

        Assert.StartsWith("Accepted:\n\n    digits: accepted the plan (bops=5%, top-1 ", run.Answer, StringComparison.Ordinal);
        Assert.Equal("topic\n", _checkout.Git("ls-remote", "--heads", "origin").Split("refs/heads/")[1]);
        Assert.Equal(_checkout.Git("rev-parse", "HEAD"), _origin.Git("rev-parse", "topic"));
        Assert.Equal(New, PlanFile.Read(_checkout.File(Snapshot)).Plan);
        var reason = AcceptanceFile.For(_checkout.File("MyModels/AbsPlans/digits.accepted.json"), New)!;
        Assert.Equal(("@ada", "the new camera; $(touch x) `y` \"z\""), (reason.By, reason.Reason));
        Assert.Equal("Accept plans: the new camera; $(touch x) `y` \"z\"\n\nAsked for by @ada.", _checkout.Git("log", "-1", "--format=%B").Trim());
        Assert.Equal("MyModels/AbsPlans/digits.accepted.json\n" + Snapshot + "\n", _checkout.Git("show", "--name-only", "--format="));
    }

    [UnixFact]
    public void A_plan_that_is_the_snapshot_makes_no_commit()
    {
        _checkout.Write(Snapshot, New);
        _checkout.Commit("Accepted by hand");
        var before = _checkout.Git("rev-parse", "HEAD");
        using var run = Start("/abs accept digits because");

        Assert.Equal(0, run.Step("Accept", _checkout.Path).ExitCode);

        Assert.StartsWith("Nothing is to be accepted:\n\n    digits: unchanged, ", run.Answer, StringComparison.Ordinal);
        Assert.Equal(before, _checkout.Git("rev-parse", "HEAD"));
    }

    [UnixTheory]
    [InlineData("/abs accept all because", true)]
    [InlineData("/abs accept   digits   because of this  ", true)]
    [InlineData("/abs accept digits", false, "Write why: `/abs accept MODEL REASON`")]
    [InlineData("/abs accept digits\nbecause", false, "Write why: `/abs accept MODEL REASON`")]
    [InlineData("/abs accept ", false, "Write why: `/abs accept MODEL REASON`")]
    [InlineData("/abs accept other because", false, "    error ABS4007: There is no plan of 'other' in")]
    [InlineData("/abs accept --from=/etc because", false, "    error ABS4007: There is no plan of '--from=/etc' in")]
    [InlineData("/abs accept digits --from=/etc", true)]
    [InlineData("/abs accept digits @/etc/passwd", true)]
    public void What_is_written_is_data(string comment, bool accepted, string answer = "Accepted:")
    {
        using var run = Start(comment);

        Assert.Equal(accepted ? 0 : 1, run.Step("Accept", _checkout.Path).ExitCode);

        Assert.Contains(answer, run.Answer, StringComparison.Ordinal);
        Assert.Equal(accepted, _origin.Git("rev-parse", "topic") != _origin.Git("rev-list", "--max-parents=0", "topic"));
    }

    [UnixFact]
    public void A_branch_that_moved_on_is_left_alone()
    {
        var other = _checkout.Git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "Somebody else").Trim();
        _checkout.Git("push", "--quiet", "origin", other + ":refs/heads/topic");
        using var run = Start("/abs accept digits because");

        Assert.Equal(1, run.Step("Accept", _checkout.Path).ExitCode);

        Assert.Contains("The branch has moved on.", run.Answer, StringComparison.Ordinal);
        Assert.Equal(other, _origin.Git("rev-parse", "topic").Trim());
    }

    [UnixTheory]
    [InlineData("admin", 0)]
    [InlineData("write", 0)]
    [InlineData("read", 1)]
    [InlineData("none", 1)]
    [InlineData("", 1)]
    public void Only_who_may_write_accepts(string permission, int code)
    {
        using var run = Start("/abs accept digits because", $"[ \"$*\" = 'api repos/team/models/collaborators/ada/permission --jq .permission' ] && echo '{permission}'");

        Assert.Equal(code, run.Step("Look who asks", _checkout.Path).ExitCode);
    }

    [UnixTheory]
    [InlineData("true", 1, "")]
    [InlineData("false", 0, "branch=topic\ncommit=0123\n")]
    public void Forks_are_left_out(string isFork, int code, string outputs)
    {
        using var run = Start("/abs accept digits because", $"case \"$*\" in *isCrossRepository) echo {isFork};; 'pr view 7 --json headRefName --jq .headRefName') echo topic;; 'pr view 7 --json headRefOid --jq .headRefOid') echo 0123;; *) exit 9;; esac");

        Assert.Equal(code, run.Step("Find the branch", _checkout.Path).ExitCode);
        Assert.Equal(outputs, run.Outputs);
    }

    [UnixTheory]
    [InlineData("'run list --workflow plans.yml --commit 0123 --event pull_request --json databaseId,createdAt --jq [.[] | select(.createdAt < \"2026-11-30T12:00:00Z\")][0].databaseId // empty') echo 42;; 'run download 42 --name plans --dir '*) ;;", 0)]
    [InlineData("'run list '*) ;;", 1)]
    [InlineData("'run list '*) echo 42;; 'run download '*) exit 1;;", 1)]
    public void Without_the_search_jobs_plans_it_says_to_wait(string cases, int code)
    {
        using var run = Start("/abs accept digits because", $"case \"$*\" in {cases} *) exit 9;; esac");

        Assert.Equal(code, run.Step("Get the plans", _checkout.Path).ExitCode);
        Assert.Equal(code != 0, File.Exists(Path.Combine(run.Temporary, "answer.md")));
    }

    [Fact]
    public void The_tool_is_of_the_version_that_these_files_are_of() =>
        Assert.Equal((string?)XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("Version").First(), Job("").Variables["ABS_VERSION"]);

    [UnixFact]
    public void Whatever_happens_is_answered()
    {
        using var run = Start("/abs accept digits because", $"cp \"$5\" '{_checkout.File("said")}'; [ \"$1 $2 $3 $4\" = 'pr comment 7 --body-file' ]");

        Assert.Equal(0, run.Step("Answer", _checkout.Path).ExitCode);

        Assert.Contains("the log of the workflow", File.ReadAllText(_checkout.File("said")), StringComparison.Ordinal);
        Assert.Equal(["Look who asks", "Find the branch", "Get the plans", "Install abs", "Accept", "Answer"], Job("").Scripts);
    }

    private static WorkflowJob Job(string comment) => new(Workflow, "accept", new()
    {
        ["github.token"] = "t",
        ["github.repository"] = "team/models",
        ["github.event.issue.number"] = "7",
        ["github.event.comment.user.login"] = "ada",
        ["github.event.comment.body"] = comment,
        ["github.event.comment.created_at"] = "2026-11-30T12:00:00Z",
        ["steps.pull.outputs.branch"] = "topic",
        ["steps.pull.outputs.commit"] = "0123",
    });

    private static WorkflowRun Start(string comment, string gh = "exit 9")
    {
        var run = new WorkflowRun(Job(comment), gh);
        PlanFile.Write(Path.Combine(run.Temporary, "plans", "Release", "abs", "digits.plan.json"), New);
        return run;
    }
}
