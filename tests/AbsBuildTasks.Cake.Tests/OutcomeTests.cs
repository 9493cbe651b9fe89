using AbsBuildTasks.Cake.Targets;
using AbsBuildTasks.Cake.Tests.Fakes;
using Cake.Core.Diagnostics;

namespace AbsBuildTasks.Cake.Tests;

public class OutcomeTests
{
    private const string Mismatch = "/m/AbsPlans/tiny.plan.verified.json(31,7): error ABS4001: tiny: layer conv1 [now] differs. Accept it. [/m/Tiny.csproj]";

    private readonly FakeCake _cake = new();

    [Fact]
    public void All_output_is_shown_line_by_line()
    {
        _cake.Process = new FakeProcess { Output = ["abs: tiny: {search} 1/2", "", "Build succeeded."], Error = ["a word"] };

        _cake.Context.AbsSearch("/m");

        Assert.Equal(
            [(LogLevel.Information, "abs: tiny: {search} 1/2"), (LogLevel.Information, ""), (LogLevel.Information, "Build succeeded."), (LogLevel.Error, "a word")],
            _cake.Shown);
    }

    [Fact]
    public void A_failure_names_the_code_and_message_once()
    {
        _cake.Process = new FakeProcess(1) { Output = ["  " + Mismatch, "Build FAILED.", Mismatch] };

        var error = Assert.Throws<CakeException>(() => _cake.Context.AbsVerifyPlans("/m"));

        Assert.Equal("AbsVerifyPlans: ABS4001: tiny: layer conv1 [now] differs. Accept it.", error.Message);
        Assert.Equal(1, error.ExitCode);
        Assert.Equal(3, _cake.Shown.Count);
    }

    [Fact]
    public void Several_errors_are_all_named_in_order()
    {
        _cake.Process = new FakeProcess(2) { Output = [Mismatch, "MSBUILD : error ABS3001: no [/m/T.csproj::TargetFramework=net10.0]"], Error = ["error ABS1004: from the error stream"] };

        var error = Assert.Throws<CakeException>(() => _cake.Context.AbsSearch("/m"));

        Assert.Equal(
            ["AbsSearch: ABS4001: tiny: layer conv1 [now] differs. Accept it.", "ABS3001: no", "ABS1004: from the error stream"],
            error.Message.Split(Environment.NewLine));
        Assert.Equal(2, error.ExitCode);
    }

    [Fact]
    public void A_failure_of_another_kind_names_the_exit_code()
    {
        _cake.Process = new FakeProcess(134) { Output = ["T.cs(1,1): error CS1002: ; expected [/m/T.csproj]", "warning ABS5001: the cache"] };

        var error = Assert.Throws<CakeException>(() => _cake.Context.AbsSearch("/m"));

        Assert.Equal(".NET CLI: Process returned an error (exit code 134).", error.Message);
        Assert.Equal(134, error.ExitCode);
    }

    [Fact]
    public void A_run_that_succeeds_is_no_failure_whatever_it_printed()
    {
        _cake.Process = new FakeProcess { Output = [Mismatch] };

        _cake.Context.AbsVerifyPlans("/m");

        Assert.Single(_cake.Started);
    }

    [Fact]
    public void A_handled_exit_code_is_no_failure()
    {
        _cake.Process = new FakeProcess(1) { Output = [Mismatch] };

        _cake.Context.AbsVerifyPlans("/m", new AbsVerifyPlansSettings { HandleExitCode = code => code == 1 });

        Assert.Single(_cake.Started);
    }

    [Fact]
    public void With_a_timeout_the_last_lines_still_count_and_the_settings_action_runs()
    {
        _cake.Process = new FakeProcess(1) { Output = [Mismatch], PrintsLate = true };
        var ended = false;

        var error = Assert.Throws<CakeException>(() => _cake.Context.AbsVerifyPlans("/m", new AbsVerifyPlansSettings { ToolTimeout = TimeSpan.FromMinutes(1), PostAction = _ => ended = true }));

        Assert.Contains("ABS4001", error.Message, StringComparison.Ordinal);
        Assert.True(ended);
    }

    [Fact]
    public void Without_dotnet_nothing_starts()
    {
        _cake.Tools.Clear();

        var error = Assert.Throws<CakeException>(() => _cake.Context.AbsSearch("/m"));

        Assert.Equal(".NET CLI: Could not locate executable.", error.Message);
        Assert.Empty(_cake.Started);
    }
}
