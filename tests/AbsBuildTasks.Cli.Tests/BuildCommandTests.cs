using AbsBuildTasks.Cli.Building;
using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Cli.Tests;

public sealed class BuildCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("/p/AbsPlans/a.plan.verified.json(37,7): error ABS4001: Plan 'a' differs. [/p/P.csproj]", "error ABS4001: Plan 'a' differs. [/p/AbsPlans/a.plan.verified.json(37,7)]")]
    [InlineData("/p/P.csproj : error ABS1004: Budget=\"x\": bad. [/p/P.csproj::TargetFramework=net10.0]", "error ABS1004: Budget=\"x\": bad.")]
    [InlineData(@"C:\p\A.cs(1,2): warning CS0168: unused [C:\p\P.csproj]", @"warning CS0168: unused [C:\p\A.cs(1,2)]")]
    public void Errors_are_told_without_what_MSBuild_adds(string line, string told) => Assert.Equal(told, BuildMessage.TryRead(line)?.ToString());

    [Theory]
    [InlineData("  abs: digits: search 3/10  loss 0.21")]
    [InlineData("  P -> /p/bin/P.dll")]
    [InlineData("")]
    public void Other_lines_are_no_errors(string line) => Assert.Null(BuildMessage.TryRead(line));

    [UnixFact]
    public void The_builds_arguments_output_and_exit_code_are_passed_on()
    {
        var run = Run(isTerminal: false, """echo "$@"; echo '/p/P.csproj : error ABS5002: not cached. [/p/P.csproj]'; echo '/p/P.csproj : error ABS5002: not cached. [/p/P.csproj]'; exit 7""", "verify", "src/P", "--", "-c", "Release", "-p:A=b c");

        Assert.Equal(7, run.ExitCode);
        Assert.Equal("build src/P -t:AbsVerifyPlans -nologo -tl:off -v:minimal -clp:NoSummary -c Release -p:A=b c\n", run.Output);
        Assert.Equal("/p/P.csproj : error ABS5002: not cached. [/p/P.csproj]\n", run.Error);
    }

    [UnixTheory]
    [InlineData("build . -t:AbsSearch -nologo -tl:off -v:minimal -clp:NoSummary\n", "search")]
    [InlineData("build . -t:AbsSearch -nologo -tl:off -v:minimal -clp:NoSummary -c Release\n", "search", "--", "-c", "Release")]
    [InlineData("build ./-x -t:AbsSearch -nologo -tl:off -v:minimal -clp:NoSummary\n", "search", "-x")]
    [InlineData("build ./@x -t:AbsSearch -nologo -tl:off -v:minimal -clp:NoSummary\n", "search", "@x")]
    [InlineData("build src/P -t:AbsAcceptPlans -nologo -tl:off -v:minimal -clp:NoSummary -c Release\n", "accept", "src/P", "--", "-c", "Release")]
    [InlineData("build src/P -t:AbsAcceptPlans -nologo -tl:off -v:minimal -clp:NoSummary -p:AbsAcceptReason=50%25%3B %24%28x%29 -p:AbsAcceptUntil=2027-01-31 -p:AbsAcceptBy=Ada -c Release\n", "accept", "src/P", "--reason", "50%; $(x)", "--by", "Ada", "--until", "2027-01-31", "--", "-c", "Release")]
    [InlineData("build src/P -t:AbsAcceptPlans -nologo -tl:off -v:minimal -clp:NoSummary -p:AbsAccept=a%3Bb\n", "accept", "src/P", "--model", "a", "-m", "b")]
    [InlineData("build src/P -t:AbsProfile -nologo -tl:off -v:minimal -clp:NoSummary\n", "profile", "src/P")]
    [InlineData("build src/P -t:AbsProfile -nologo -tl:off -v:minimal -clp:NoSummary -p:AbsProfileModels=a%3Bb -p:AbsProfileThreads=4 -p:AbsProfileBatch=8 -c Release\n", "profile", "src/P", "-m", "a", "--model", "b", "--threads", "4", "--batch", "8", "--", "-c", "Release")]
    public void Without_a_project_the_one_here_is_built(string told, params string[] arguments) =>
        Assert.Equal(told, Run(isTerminal: false, "echo \"$@\"", arguments).Output);

    [UnixFact]
    public void Plans_that_are_chosen_are_accepted_by_a_build()
    {
        PlanFile.Write(_folder.File("P/AbsPlans/digits.plan.received.json"), SamplePlan.Digits);
        PlanFile.Write(_folder.File("P/AbsPlans/other.plan.received.json"), SamplePlan.Digits with { Model = "other" });

        var run = Run(isTerminal: false, "echo \"$@\"", new StringReader("n\ny\n"), ["accept", _folder.File("P"), "-i", "--", "-c", "Release"]);

        Assert.EndsWith($"build {_folder.File("P")} -t:AbsAcceptPlans -nologo -tl:off -v:minimal -clp:NoSummary -p:AbsAccept=other -c Release\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("build ", Run(isTerminal: false, "echo \"$@\"", new StringReader("n\nn\n"), ["accept", _folder.File("P"), "-i"]).Output.Split('?')[^1], StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_plan_is_profiled_in_the_project_above_it()
    {
        var project = _folder.Write("P/P.csproj");
        var plan = Path.Combine(_folder.Path, "P", "AbsPlans", "digits.plan.verified.json");
        PlanFile.Write(plan, SamplePlan.Digits);

        Assert.Equal($"build {project} -t:AbsProfile -nologo -tl:off -v:minimal -clp:NoSummary -p:AbsProfileModels=digits\n", Run(isTerminal: false, "echo \"$@\"", "profile", plan).Output);
        Assert.Contains("ABS4007", Run(isTerminal: false, "exit 0", "profile", plan + ".json").Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_terminal_gets_errors_without_what_MSBuild_adds() =>
        Assert.Equal("error ABS5002: not cached.\n", Run(isTerminal: true, "echo '/p/P.csproj : error ABS5002: not cached. [/p/P.csproj]'; exit 7", "verify", "src/P").Error);

    [UnixTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Passwords_in_addresses_are_not_shown(bool isTerminal)
    {
        var run = Run(isTerminal, "echo 'via http://me:secret@proxy/'; echo '/p/P.csproj : error ABS5006: via http://me:secret@proxy/. [/p/P.csproj]'; exit 1", "verify", "src/P");

        Assert.DoesNotContain("secret", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains("via http://proxy/", run.Error, StringComparison.Ordinal);
    }

    [UnixFact]
    public void A_pipe_gets_the_builds_lines_as_they_are() =>
        Assert.Equal("  abs: digits: search 1/2  loss 0.5\n", Run(isTerminal: false, "echo '  abs: digits: search 1/2  loss 0.5'", "search", "src/P").Output);

    [UnixTheory]
    [InlineData("search")]
    [InlineData("verify")]
    public void A_terminal_sees_the_search_and_then_what_else_the_build_said(string command)
    {
        const string script = """
            for argument in "$@"; do case "$argument" in -p:_AbsDisplayEventsFile=*) file="${argument#-p:_AbsDisplayEventsFile=}";; esac; done
            echo '{"model":"[red]digits","started":{"budget":0.03,"epochs":4}}' >> "$file"
            echo '{"model":"[red]digits","event":{"abs":1,"kind":"progress","phase":"search","epoch":1,"epochs":2,"loss":0.21,"metric":97.5,"relativeBops":0.041,"metricName":"top-1","done":1}}' >> "$file"
            echo '  abs: [red]digits: search 1/2  loss 0.21'
            printf '  the\ttable\033[2J\342\200\256\n'
            sleep 1
            """;

        var run = Run(isTerminal: true, script, command, "src/P");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("[red]digits", run.Output, StringComparison.Ordinal);
        Assert.Contains("search 1/2", run.Output, StringComparison.Ordinal);
        Assert.Contains("BOPs 4.1% of 3%", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("  the\ttable\\u001B[2J\\u202E\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("abs: ", run.Output, StringComparison.Ordinal);
    }

    [UnixFact]
    public void The_display_leaves_the_events_file_to_the_user() => Assert.Single(
        Run(isTerminal: true, """for argument in "$@"; do echo "$argument"; done""", "search", "src/P", "--", "-p:AbsEventsFile=mine.jsonl").Output.Split('\n'),
        line => line.Contains(":AbsEventsFile=", StringComparison.Ordinal));

    [UnixFact]
    public void A_fingerprint_is_read_from_what_the_build_wrote()
    {
        _folder.Write("P/obj/Debug/net10.0/abs/fingerprints/digits.json", """{ "model": "digits", "fingerprint": "ab", "entries": [{ "name": "engine", "hash": "cd" }], "changes": ["engine changed"] }""");

        Assert.Equal("digits  ab\n", Run(isTerminal: false, "echo '  P -> /p/P.dll'", "fingerprint", _folder.File("P")).Output);
        Assert.Equal("digits  ab\n  changed: engine changed\n  engine = cd\n", Run(isTerminal: false, "exit 0", "fingerprint", _folder.File("P"), "--explain").Output);
        Assert.Equal(
            """[{"model":"digits","fingerprint":"ab","before":null,"hasPlan":false,"entries":[{"name":"engine","hash":"cd"}],"changes":["engine changed"]}]""",
            JToken.Parse(Run(isTerminal: false, "exit 0", "fingerprint", _folder.File("P"), "--format", "json").Output).ToString(Formatting.None));

        _folder.Write("P/obj/Debug/net10.0/abs/fingerprints/digits.json", """{ "model": "digits", "fingerprint": "ab", "hasPlan": true, "entries": [], "changes": ["engine changed"] }""");
        Assert.Equal("digits  ab\n  no change since the plan that is there\n", Run(isTerminal: false, "exit 0", "fingerprint", _folder.File("P"), "--explain").Output);
        Assert.StartsWith("error ABS4007: ", Run(isTerminal: false, "exit 0", "fingerprint", _folder.Path).Error, StringComparison.Ordinal);
        Assert.Equal(3, Run(isTerminal: false, "exit 3", "fingerprint", _folder.Path).ExitCode);
    }

    [Fact]
    public void A_dotnet_that_is_not_there_is_an_error_with_a_code()
    {
        var run = CommandRun.Of(new() { ["DOTNET_HOST_PATH"] = _folder.File("none") }, isTerminal: false, "search", "src/P");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("error ABS1008: ", run.Error, StringComparison.Ordinal);
    }

    private CommandRun Run(bool isTerminal, string script, params string[] arguments) => Run(isTerminal, script, TextReader.Null, arguments);

    private CommandRun Run(bool isTerminal, string script, TextReader answers, string[] arguments)
    {
        var dotnet = ShellProgram.Write(_folder.File("dotnet"), script);
        return CommandRun.Of(new() { ["DOTNET_HOST_PATH"] = dotnet, ["TERM"] = "xterm" }, isTerminal, answers, arguments);
    }
}
