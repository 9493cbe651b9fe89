using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Reports.Ci;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Tests.Reports.Ci;

public sealed class CiAnnotationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_said_on_a_desk() => Assert.Null(Publish([], Problem("/a.json")));

    [Fact]
    public void GitHub_gets_a_path_of_the_repository() => Assert.Equal(
        "::error file=AbsPlans/a%2Cb%3A%25.json,line=37,col=7,title=ABS4001::Plan 'a': 100%25%0A::error::b",
        Publish(GitHub(), Problem("/repo/AbsPlans/a,b:%.json")));

    [Fact]
    public void GitHub_does_not_tell_twice_what_setup_dotnet_lets_it_find()
    {
        Dictionary<string, string> variables = new(GitHub()) { ["DOTNET_ROOT"] = "/usr/share/dotnet" };

        Assert.Null(Publish(variables, Problem("/repo/a.json")));
        Assert.Equal("::error file=P.csproj,title=ABS4002::None.", Publish(variables, new("ABS4002", "/repo/P.csproj", 0, 0, "None.")));
    }

    [Fact]
    public void Azure_gets_an_issue() => Assert.Equal(
        "##vso[task.logissue type=error;sourcepath=/repo/a%3Bb%5D%AZP25.json;linenumber=37;columnnumber=7;code=ABS4001]Plan 'a': 100%AZP25%0A::error::b",
        Publish(new() { ["TF_BUILD"] = "True" }, Problem("/repo/a;b]%.json")));

    [Theory]
    [InlineData("\n##vso[task.setvariable variable=x]y")]
    [InlineData("\r::error::x")]
    [InlineData("];type=warning]\n##[add-path]x")]
    public void A_files_name_gives_no_orders(string name)
    {
        var problem = Problem($"/repo/{name}.json");
        var (gitHub, azure) = (Publish(GitHub(), problem)!, Publish(new() { ["TF_BUILD"] = "True" }, problem)!);

        Assert.DoesNotContain(gitHub + azure, character => character is '\r' or '\n');
        Assert.EndsWith(",title=ABS4001", gitHub.Split("::")[1], StringComparison.Ordinal);
        Assert.EndsWith(";code=ABS4001", azure.Split(']')[0], StringComparison.Ordinal);

        Publish(GitLab(), Problem(_folder.File($"AbsPlans/{name}.json")));
        Assert.Equal($"AbsPlans/{name}.json", (string?)JArray.Parse(File.ReadAllText(_folder.File(CiAnnotation.GitLabFile)))[0].SelectToken("location.path"));
    }

    [Fact]
    public void GitLab_finds_what_is_wrong_now_in_one_file()
    {
        Assert.Null(Publish(GitLab(), null, "P.a"));
        Assert.Equal("[]", File.ReadAllText(_folder.File(CiAnnotation.GitLabFile)));

        Publish(GitLab(), Problem(_folder.File("AbsPlans/a.json")), "P.a");
        Publish(GitLab(), Problem(_folder.File("AbsPlans/b.json")), "P.b");
        Publish(GitLab(), Problem(_folder.File("AbsPlans/c.json")) with { Line = 0 }, "P.b");

        var entries = JArray.Parse(File.ReadAllText(_folder.File(CiAnnotation.GitLabFile)));
        Assert.Equal(["AbsPlans/a.json 37", "AbsPlans/c.json 1"], entries.Select(entry => $"{entry.SelectToken("location.path")} {entry.SelectToken("location.lines.begin")}"));
        Assert.Equal(("ABS4001", "major", "Plan 'a': 100%\n::error::b"), ((string?)entries[0]["check_name"], (string?)entries[0]["severity"], (string?)entries[0]["description"]));
        Assert.Equal(2, entries.Select(entry => (string?)entry["fingerprint"]).Distinct().Count());

        Publish(GitLab(), null, "P.a");
        Assert.Single(JArray.Parse(File.ReadAllText(_folder.File(CiAnnotation.GitLabFile))));
    }

    [Fact]
    public void Many_projects_write_at_the_same_time()
    {
        Parallel.For(0, 20, index => Publish(GitLab(), Problem(_folder.File("a.json")), $"P.{index}"));

        Assert.Equal(20, JArray.Parse(File.ReadAllText(_folder.File(CiAnnotation.GitLabFile))).Count);
    }

    [Fact]
    public void A_damaged_file_is_begun_again()
    {
        _folder.Write(CiAnnotation.GitLabFile, "[{");

        Publish(GitLab(), Problem(_folder.File("a.json")));

        Assert.Single(JArray.Parse(File.ReadAllText(_folder.File(CiAnnotation.GitLabFile))));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told()
    {
        _folder.Write(CiSummary.GitLabFolder, "a file where the folder should be");

        Assert.Equal(AbsCodes.SummaryNotWritten, Assert.Throws<AbsException>(() => Publish(GitLab(), Problem(_folder.File("a.json")))).Code);
    }

    private static CiProblem Problem(string file) => new("ABS4001", file, 37, 7, "Plan 'a': 100%\n::error::b");

    private static Dictionary<string, string> GitHub() => new() { ["GITHUB_STEP_SUMMARY"] = "step.md", ["GITHUB_WORKSPACE"] = "/repo" };

    private static string? Publish(Dictionary<string, string> variables, CiProblem? problem, string name = "P.a") =>
        new CiAnnotation(variable => variables.GetValueOrDefault(variable)).Publish(name, problem);

    private Dictionary<string, string> GitLab() => new() { ["GITLAB_CI"] = "true", ["CI_PROJECT_DIR"] = _folder.Path };
}
