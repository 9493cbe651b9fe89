using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests.Templates;

/// <summary>The workflow that searches, verifies and comments.</summary>
public sealed class PlansTemplateTests : IDisposable
{
    private readonly GitFolder _git = new();

    private static string Workflow => Path.Combine(Repository.Root, "templates", "github", "plans.yml");

    public void Dispose() => _git.Dispose();

    [UnixTheory]
    [InlineData("search", "Search", "build MyModels -t:AbsSearch -p:UseCuda=true -p:AbsDevice=cuda -p:AbsCacheDirectory={0}/.abs-cache\n")]
    [InlineData("verify", "Verify", "build MyModels -p:AbsSearchMode=cached -p:AbsCacheDirectory={0}/.abs-cache\n")]
    [InlineData("verify", "Write the page of a refused plan", "build MyModels -t:AbsReport\n")]
    public void Jobs_build_the_model_project(string job, string step, string told)
    {
        using var run = Start(job, "exit 9");

        Assert.Equal(0, run.Step(step, _git.Path).ExitCode);

        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, told, _git.Path), run.DotNet);
    }

    [Theory]
    [InlineData("github")]
    [InlineData("gitlab")]
    public void What_an_interrupted_search_leaves_is_kept(string service)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "templates", service, "plans.yml"));

        Assert.All(["checkpoints", "stages"], folder => Assert.Contains("MyModels/obj/**/abs/" + folder, text, StringComparison.Ordinal));
        Assert.Contains("StateDirectory, \"stages\")", File.ReadAllText(Path.Combine(Repository.Root, "src", "AbsBuildTasks", "Tasks", "AbsSearch.cs")), StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_change_is_one_comment()
    {
        Commit();
        using var run = Start("comment", $$"""
            case "$*" in
              "api repos/team/models/issues/7/comments "*) cat '{{_git.File("id")}}';;
              "pr comment 7 --body-file "*) cp "$5" '{{_git.File("new")}}';;
              "api --method PATCH repos/team/models/issues/comments/5 --field body=@"*) cp "${6#body=@}" '{{_git.File("edited")}}';;
              *) exit 9;;
            esac
            """);
        File.WriteAllText(_git.File("id"), "");

        Assert.Equal(0, run.Step("Compare", _git.Path).ExitCode);
        Assert.Equal("code=1\n", run.Outputs);
        Assert.Equal((0, ""), (run.Step("Comment", _git.Path) is var first ? first.ExitCode : -1, first.Error));
        Assert.StartsWith("<!-- abs diff -->\n", File.ReadAllText(_git.File("new")), StringComparison.Ordinal);
        Assert.Contains("conv1", File.ReadAllText(_git.File("new")), StringComparison.Ordinal);

        File.WriteAllText(_git.File("id"), "5\n6\n");
        Assert.Equal(0, run.Step("Comment", _git.Path).ExitCode);
        Assert.Equal(File.ReadAllText(_git.File("new")), File.ReadAllText(_git.File("edited")));
    }

    [UnixTheory]
    [InlineData(false, 0, "code=0\n")]
    [InlineData(true, 1, "code=2\n")]
    public void Without_a_change_there_is_none_and_what_cannot_be_compared_fails(bool isBroken, int code, string outputs)
    {
        _git.Write("MyModels/AbsPlans/digits.plan.verified.json", SamplePlan.Digits);
        _git.Commit("Begin");
        if (isBroken)
        {
            File.WriteAllText(_git.File("MyModels/AbsPlans/digits.plan.verified.json"), "<<<<<<<");
        }

        using var run = Start("comment", "exit 9");

        Assert.Equal(code, run.Step("Compare", _git.Path).ExitCode);
        Assert.Equal(outputs, run.Outputs);
    }

    private static WorkflowRun Start(string job, string gh) => new(
        new(Workflow, job, new()
        {
            ["github.token"] = "t",
            ["github.repository"] = "team/models",
            ["github.event.number"] = "7",
        }),
        gh);

    private void Commit()
    {
        _git.Write("MyModels/AbsPlans/digits.plan.verified.json", SamplePlan.Digits);
        _git.Commit("Begin");
        _git.Git("checkout", "--quiet", "-b", "topic");
        _git.Write("MyModels/AbsPlans/digits.plan.verified.json", SamplePlan.Digits.With("conv1", layer => layer with { WeightBits = 4 }));
        _git.Commit("Change");
    }
}
