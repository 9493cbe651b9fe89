using AbsBuildTasks.Cli.Comparing;
using AbsBuildTasks.Cli.Tests.Infrastructure;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Cli.Tests;

public sealed class FingerprintReportsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void Folders_that_lead_to_each_other_are_gone_through_once()
    {
        // Twenty folders, each with links to all others: there are more ways through them than anybody has time for.
        const int folders = 20;
        for (var from = 0; from < folders; from++)
        {
            Directory.CreateDirectory(_folder.File($"obj/n{from}"));
            _folder.Write($"plans/n{from}/digits.plan.verified.json", PlanJson.Write(SamplePlan.Digits));
            for (var to = 0; to < folders; to++)
            {
                Directory.CreateSymbolicLink(_folder.File($"obj/n{from}/to{to}"), _folder.File($"obj/n{to}"));
                Directory.CreateSymbolicLink(_folder.File($"plans/n{from}/to{to}"), _folder.File($"plans/n{to}"));
            }
        }

        _folder.Write("obj/n7/abs/fingerprints/digits.json", new FingerprintReport("digits", SamplePlan.Fingerprint, null, [], []).ToJson());

        Assert.Equal("digits", Assert.Single(FingerprintReports.Of(_folder.Path)).Model);
        Assert.Equal(folders, PlanPaths.In(_folder.File("plans")).Count);
    }
}
