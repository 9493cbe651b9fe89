using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Tests.Data;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;

namespace AbsBuildTasks.Search.Tests.Cuda;

/// <summary>
/// Whole searches. A GPU adds up in any order, so that two searches may end in different plans: both must keep the budget and
/// the accuracy.
/// </summary>
public sealed class CudaSearchTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly List<string> _told = [];

    private SearchJob Job => StripesSearch.Job(StripesSearch.Settings) with { Device = Gpu.Device, Tell = _told.Add };

    public void Dispose() => _folder.Dispose();

    [CudaFact]
    public void A_search_meets_its_budget() => AssertGood(Run(Job)!);

    [CudaFact]
    public void A_search_that_is_stopped_at_every_epoch_does_too()
    {
        var job = Job with { CheckpointDirectory = _folder.Root };
        CompressionPlan? plan = null;
        for (var sitting = 0; plan is null; sitting++)
        {
            Assert.InRange(sitting, 0, 50);
            plan = Run(job, stopAtReport: true);
        }

        AssertGood(plan);
        Assert.Contains("resuming at search 3/5", _told);
    }

    [CudaFact]
    public void A_search_from_starting_weights_does_not_train()
    {
        var weights = Path.Combine(_folder.Root, "start.dat");
        using (var network = TestNetworks.Chain())
        {
            network.save(weights);
        }

        var phases = new List<string>();
        _ = Run(Job with { StartingWeights = weights }, phases: phases);

        Assert.Equal("calibrate", phases[0]);
    }

    private CompressionPlan? Run(SearchJob job, bool stopAtReport = false, List<string>? phases = null)
    {
        using var stop = new CancellationTokenSource();
        try
        {
            using var result = SearchEngine.Run(new StripesModel(), job, Report, stop.Token);
            return result.Plan;
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        void Report(SearchProgress progress)
        {
            phases?.Add(progress.Phase);
            if (stopAtReport && progress.Phase != "evaluate")
            {
                stop.Cancel();
            }
        }
    }

    private static void AssertGood(CompressionPlan plan)
    {
        Assert.InRange(plan.Totals.RelativeBops, 0.0001, 0.03);
        Assert.InRange(plan.Metric.Compressed, 90, 100);
    }
}
