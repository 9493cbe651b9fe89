using AbsBuildTasks.Cake.Diffs;
using AbsBuildTasks.Cake.Tests.Fakes;

namespace AbsBuildTasks.Cake.Tests;

public class DiffTests
{
    private readonly FakeCake _cake = new();

    [Fact]
    public void Two_plans_are_compared_as_asked()
    {
        _cake.Tools["abs"] = "/bin/abs";

        _cake.Context.AbsDiff("a b.json", "/b.json", new AbsDiffSettings { Format = AbsDiffFormat.Markdown, Output = "out/d.md" });
        _cake.Context.AbsDiff("a.json", "b.json");
        _cake.Context.AbsDiff("a.json", "b.json", new AbsDiffSettings { Format = AbsDiffFormat.Html, Output = "d.html" });

        Assert.Equal(
            [
                "/bin/abs diff \"/repo/a b.json\" \"/b.json\" --format markdown --output \"/repo/out/d.md\"",
                "/bin/abs diff \"/repo/a.json\" \"/repo/b.json\"",
                "/bin/abs diff \"/repo/a.json\" \"/repo/b.json\" --format html --output \"/repo/d.html\"",
            ],
            _cake.Started);
    }

    [Fact]
    public void One_plan_is_compared_with_a_git_reference()
    {
        _cake.Tools["abs.exe"] = "/bin/abs.exe";

        _cake.Context.AbsDiff("/a.json", new AbsDiffSettings { Base = "origin/main" });

        Assert.Equal(["/bin/abs.exe diff \"/a.json\" \"--base=origin/main\""], _cake.Started);
    }

    [Theory]
    [InlineData("x\" --output \"y", "\"--base=x\\\" --output \\\"y\"")]
    [InlineData(@"x\", @"""--base=x\\""")]
    [InlineData("--output", "\"--base=--output\"")]
    [InlineData("@x", "\"--base=@x\"")]
    public void A_git_reference_stays_one_argument(string name, string argument)
    {
        _cake.Tools["abs"] = "/bin/abs";

        _cake.Context.AbsDiff("/a.json", new AbsDiffSettings { Base = name });

        Assert.Equal(["/bin/abs diff \"/a.json\" " + argument], _cake.Started);
    }

    [Fact]
    public void A_path_stays_one_argument()
    {
        _cake.Tools["abs"] = "/bin/abs";

        _cake.Context.AbsDiff("/a\" --output \"b", "/c\"", new AbsDiffSettings { Output = "/d\"" });

        Assert.Equal(["/bin/abs diff \"/a\\\" --output \\\"b\" \"/c\\\"\" --output \"/d\\\"\""], _cake.Started);
    }

    [Fact]
    public void A_command_that_Cake_finds_in_the_current_folder_is_not_started()
    {
        _cake.Tools["abs"] = "abs";
        _cake.Tools["the true one"] = "/opt/abs";
        _cake.Path = string.Join(System.IO.Path.PathSeparator, ".", "", "bin", "/nowhere", "/opt");

        _cake.Context.AbsDiff("/a.json");

        Assert.Equal(["/opt/abs diff \"/a.json\""], _cake.Started);
    }

    [Fact]
    public void A_path_to_the_tool_wins()
    {
        _cake.Tools["abs"] = "/bin/abs";
        _cake.Tools["elsewhere"] = "/repo/mine/abs";

        _cake.Context.AbsDiff("/a.json", "/b.json", new AbsDiffSettings { ToolPath = "mine/abs" });

        Assert.Equal(["/repo/mine/abs diff \"/a.json\" \"/b.json\""], _cake.Started);
    }

    [Fact]
    public void Where_the_command_is_not_to_be_found_the_local_tool_runs()
    {
        _cake.Context.AbsDiff("/a.json", "/b.json");

        Assert.Equal(["/usr/bin/dotnet tool run abs -- diff \"/a.json\" \"/b.json\""], _cake.Started);
    }

    [Fact]
    public void Without_any_of_them_nothing_starts()
    {
        _cake.Tools.Clear();

        var error = Assert.Throws<CakeException>(() => _cake.Context.AbsDiff("/a.json", "/b.json"));

        Assert.Equal("abs: Could not locate executable.", error.Message);
    }

    [Fact]
    public void A_folder_alone_is_compared_with_the_main_branch()
    {
        Assert.False(_cake.Context.AbsDiff("plans"));

        Assert.Equal(["/usr/bin/dotnet tool run abs -- diff \"/repo/plans\""], _cake.Started);
    }

    [Fact]
    public void A_difference_is_an_answer_and_no_failure()
    {
        _cake.Process = new FakeProcess(1) { Output = ["conv1: weights 4 -> 8 bit"], Error = ["warning ABS5004: something", ""] };

        Assert.True(_cake.Context.AbsDiff("/a.json", "/b.json"));
    }

    [Fact]
    public void A_local_tool_that_is_not_there_is_a_failure_and_no_difference()
    {
        _cake.Process = new FakeProcess(1) { Error = ["Cannot find a tool in the manifest file that has a command named 'abs'."] };

        var error = Assert.Throws<CakeException>(() => _cake.Context.AbsDiff("/a.json", "/b.json"));

        Assert.Equal("AbsDiff: Cannot find a tool in the manifest file that has a command named 'abs'.", error.Message);
    }

    [Fact]
    public void A_failure_that_is_let_pass_does_not_say_that_nothing_differs()
    {
        _cake.Process = new FakeProcess(2) { Error = ["error ABS4003: /a.json: not a plan."] };

        Assert.True(_cake.Context.AbsDiff("/a.json", "/b.json", new AbsDiffSettings { HandleExitCode = exitCode => exitCode == 2 }));
    }

    [Fact]
    public void A_failure_names_the_code_and_message()
    {
        _cake.Process = new FakeProcess(2) { Error = ["error ABS4003: /a.json: not a plan."] };

        var error = Assert.Throws<CakeException>(() => _cake.Context.AbsDiff("/a.json", "/b.json"));

        Assert.Equal("AbsDiff: ABS4003: /a.json: not a plan.", error.Message);
    }
}
