using AbsBuildTasks.Cake.Tests.Fakes;
using Cake.Core;

namespace AbsBuildTasks.Frosting.Tests;

public class ProseCheckTests
{
    private const string Install = "/usr/bin/npm ci --no-audit --no-fund --ignore-scripts --loglevel=error";
    private const string Check = "/usr/bin/npm run --silent check";

    [Fact]
    public void Without_npm_nothing_is_started_and_a_line_says_so()
    {
        var cake = new FakeCake();

        ProseCheck.Run(cake.Context);

        Assert.Empty(cake.Started);
        Assert.Equal("Spelling and style are not checked: there is no npm.", Assert.Single(cake.Shown).Line);
    }

    [Fact]
    public void The_packages_are_installed_before_they_are_used()
    {
        var cake = new FakeCake { Tools = { ["npm"] = "/usr/bin/npm" } };

        ProseCheck.Run(cake.Context);

        Assert.Equal([Install, Check], cake.Started);
        Assert.Empty(cake.Shown);
    }

    [Fact]
    public void Packages_that_cannot_be_had_are_no_failure()
    {
        var cake = new FakeCake { Tools = { ["npm"] = "/usr/bin/npm" }, Process = new FakeProcess { ExitCode = 1 } };

        ProseCheck.Run(cake.Context);

        Assert.Equal([Install], cake.Started);
        Assert.Contains("npm cannot install", Assert.Single(cake.Shown).Line, StringComparison.Ordinal);
    }
}
