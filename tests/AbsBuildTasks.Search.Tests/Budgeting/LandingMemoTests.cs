using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Tests.Infrastructure;
using Xunit;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tests.Budgeting;

public class LandingMemoTests
{
    [Theory]
    [InlineData(1, 0.02)]
    [InlineData(100, 0.02)]
    [InlineData(100, 0.008)]
    public void A_landing_that_ends_at_any_measurement_goes_on_the_same_way(double precious, double budget)
    {
        using var scope = NewDisposeScope();
        using var network = TestNetworks.Deep();
        using var compressed = Compressed.Of(network, rand([5, 6]));
        var (whole, calls) = Land([], int.MaxValue);

        Assert.InRange(calls, 10, 1000);
        for (var cut = 1; cut < calls; cut++)
        {
            Assert.Equal(whole, Land(Land([], cut).Memo, int.MaxValue).Memo);
        }

        // Estimates know nothing of how precious some weights are.
        double Loss(IReadOnlyList<LayerDecision> decisions, double precious) => decisions.Select((decision, i) =>
            ((i % 4 == 1 ? precious : 1 + i) * (8 - decision.WeightBits)) + (1.5 * (8 - decision.ActivationBits)) + decision.Kept.Count - decision.KeptFilters).Sum();

        (byte[] Memo, int Calls) Land(byte[] before, int cut)
        {
            var (memo, calls) = (new LandingMemo(compressed), 0);
            if (before.Length > 0)
            {
                memo.Exchange(new StateStream(new MemoryStream(before), before.Length));
            }

            void Call()
            {
                if (calls++ == cut)
                {
                    throw new OperationCanceledException();
                }
            }

            var effort = new LandingEffort(
                from =>
                {
                    Call();
                    return to => Loss(to, 1) - Loss(from, 1);
                },
                LandingEffort.Least,
                memo);
            try
            {
                _ = new BudgetLanding(
                    compressed,
                    new(budget),
                    decisions => memo.Loss(decisions, () =>
                    {
                        Call();
                        return Loss(decisions, precious);
                    }),
                    effort).Land(ReachableRange.Largest(compressed));
            }
            catch (OperationCanceledException)
            {
                // As a checkpoint has it.
            }

            var stream = new MemoryStream();
            memo.Exchange(new StateStream(stream));
            return (stream.ToArray(), calls);
        }
    }
}
