using AbsBuildTasks.Plans.Documents;
using Build.Tests.Harness;

namespace Build.Tests;

public sealed class KeepTests(PackedFeed feed) : IClassFixture<PackedFeed>
{
    [Fact]
    public async Task A_change_that_means_the_same_is_named_and_its_plan_kept_without_a_search()
    {
        var project = await feed.AcceptedCopyAsync();
        var before = PlanFile.Read(project.Verified).Plan;
        var weights = await File.ReadAllBytesAsync(Path.Combine(project.Output, "tiny.weights.zip"));
        var network = Path.Combine(project.Folder, "TinyNetwork.cs");
        await File.WriteAllTextAsync(network, (await File.ReadAllTextAsync(network))
            .Replace("x = functional.max_pool2d(x, 2);", "x = Pooled(x);", StringComparison.Ordinal)
            .Replace("public override", "private static Tensor Pooled(Tensor x) => functional.max_pool2d(x, 2);\n\n    public override", StringComparison.Ordinal));

        var error = (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).FailedWith("ABS5002");
        Assert.Contains("(since the last plan code:Tiny.TinyNetwork.forward changed (TinyNetwork.cs, line ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("dotnet build -t:AbsKeepPlans.", error.Message, StringComparison.Ordinal);
        Assert.Contains("AbsKeepPlans", (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=locked")).FailedWith("ABS4011").Message, StringComparison.Ordinal);

        var outcome = (await project.BuildWithoutWorkerAsync("-t:AbsKeepPlans")).Succeeded();

        Assert.Contains("abs: tiny: kept the accepted plan and its weights, as you say that this means the same: code:Tiny.TinyNetwork.forward changed", outcome.Output, StringComparison.Ordinal);
        var after = PlanFile.Read(project.Verified).Plan;
        Assert.NotEqual(before.Fingerprint, after.Fingerprint);
        Assert.Equal(before, after with { Fingerprint = before.Fingerprint });
        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).Succeeded();
        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=locked")).Succeeded();
        Assert.Equal(weights, await File.ReadAllBytesAsync(Path.Combine(project.Output, "tiny.weights.zip")));
        Assert.Equal(after, PlanFile.Read(project.Plan).Plan);
        Assert.Contains("\"kept\"", await File.ReadAllTextAsync(Path.Combine(project.Output, "tiny.run.json")), StringComparison.Ordinal);

        // From the cache, too.
        (await project.BuildAsync("-t:Clean")).Succeeded();
        (await project.BuildWithoutWorkerAsync("-p:AbsSearchMode=cached")).Succeeded();
        Assert.Equal(weights, await File.ReadAllBytesAsync(Path.Combine(project.Output, "tiny.weights.zip")));
    }
}
