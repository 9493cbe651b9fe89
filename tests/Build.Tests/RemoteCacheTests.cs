using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Build.Tests.Harness;

namespace Build.Tests;

public sealed class RemoteCacheTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public async Task A_dead_server_is_one_warning_and_the_build_searches_also_where_warnings_are_errors()
    {
        var project = await feed.AcceptedCopyAsync();
        Directory.Delete(project.Cache, recursive: true);
        var plan = await File.ReadAllBytesAsync(project.Plan);
        await project.BuildAsync("-t:Clean");

        var outcome = await project.BuildAsync($"-p:AbsRemoteCache={DeadAddress()}", "-p:MSBuildTreatWarningsAsErrors=true", "-p:NoWarn=NU1603");

        Assert.True(outcome.ExitCode == 0, outcome.Output);
        var warning = Assert.Single(outcome.Warnings);
        Assert.Equal("ABS5006", warning.Code);
        Assert.Contains("it cannot be reached (", warning.Message, StringComparison.Ordinal);
        Assert.Equal(plan, await File.ReadAllBytesAsync(project.Plan));
    }

    [Fact]
    public async Task Where_searching_is_not_allowed_a_dead_server_is_a_miss()
    {
        var project = await feed.AcceptedCopyAsync();

        var outcome = await project.BuildWithoutWorkerAsync($"-p:AbsRemoteCache={DeadAddress()}", "-p:AbsSearchMode=cached", "-p:TinyTrainEpochs=3");

        outcome.FailedWith("ABS5002");
        Assert.Equal("ABS5006", Assert.Single(outcome.Warnings).Code);
    }

    [Fact]
    public async Task A_plan_travels_from_one_machine_to_another()
    {
        using var server = new StoringServer();
        var first = await feed.AcceptedCopyAsync();
        (await first.BuildAsync("-p:AbsSearchMode=force", $"-p:AbsRemoteCache={server.Address}")).Succeeded();

        var second = new FixtureProject(feed);
        var outcome = (await second.BuildWithoutWorkerAsync("-t:AbsSearch", $"-p:AbsRemoteCache={server.Address}", "-p:AbsRemoteCacheMode=read-only", "-p:AbsSearchMode=cached")).Succeeded();

        Assert.Contains("abs: tiny: plan taken from the remote cache", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(first.Plan), await File.ReadAllBytesAsync(second.Plan));
    }

    [Fact]
    public async Task Secrets_in_the_address_are_an_error_that_does_not_repeat_them()
    {
        var project = await feed.AcceptedCopyAsync();

        var outcome = await project.BuildWithoutWorkerAsync("-p:AbsRemoteCache=https://me:hush@cache.example.com");

        outcome.FailedWith("ABS1005");
        Assert.DoesNotContain("hush", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cache_is_emptied_on_demand_and_other_folders_are_not()
    {
        var project = await feed.AcceptedCopyAsync();

        var outcome = (await project.BuildAsync("-t:AbsCleanCache")).Succeeded();

        Assert.Matches("abs: removed 1 search and [1-9] stages? from the cache ", outcome.Output);
        await project.BuildAsync("-t:Clean");
        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).FailedWith("ABS5002");
        (await project.BuildAsync("-t:AbsCleanCache", $"-p:AbsCacheDirectory={project.Folder}")).FailedWith("ABS5004");
        Assert.True(File.Exists(project.Verified));
    }

    private static string DeadAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
    }
}
