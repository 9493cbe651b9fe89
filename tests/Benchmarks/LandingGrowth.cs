using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Structure;
using AbsBuildTasks.Search.Tests.Infrastructure;
using AbsBuildTasks.Search.Training;
using static TorchSharp.torch;

namespace AbsBuildTasks.Benchmarks;

/// <summary>
/// How the last decisions grow with a network's depth, for each kind of budget, and which share they are of a search of real
/// size; step by step, too, as they once were taken.
/// </summary>
internal static class LandingGrowth
{
    /// <summary>Names the way in which every step is measured.</summary>
    public const string StepByStep = "step-by-step";

    private const int Steps = 4;

    private const double GoodDownTo = 0.02;

    // What a search takes, and a data set like CIFAR-10 for ten epochs.
    private const int Sample = 512;
    private const int Trained = 500_000;

    // A long way from 8 bits and all filters.
    private static readonly (string Name, Budget Budget)[] Budgets =
    [
        ("bops=2%", Budget.Parse("bops=2%")),
        ("latency=30%", Budget.Parse("latency=30%")),
        ("drop", Budget.Parse("drop=1")),
        ("drop, missed", Budget.Parse("drop=1")),
    ];

    public static void Measure(int examples, IReadOnlySet<string> options)
    {
        Console.WriteLine($"{"network",-12}{"layers",7}  {"budget",-14}{"measured",9}{"estimates",10}{"s",9}{"share",8}{"step/example ms",17}{"bits",7}{"filters",9}");
        var only = options.Where(name => name != StepByStep).ToHashSet();
        foreach (var grown in GrownNetworks.Of(only))
        {
            using var scope = NewDisposeScope();
            var (input, target) = grown.Batch(examples);
            var step = TimeOfStep(grown, input, target) / examples;
            foreach (var (name, budget) in Budgets)
            {
                Row(grown, name, budget, (input, target), step, isEstimated: true);
                if (options.Contains(StepByStep))
                {
                    Row(grown, name, budget, (input, target), step, isEstimated: false);
                }
            }
        }
    }

    private static void Row(GrownNetworks grown, string name, Budget budget, (Tensor Input, Tensor Target) batch, double step, bool isEstimated)
    {
        using var scope = NewDisposeScope();
        _ = manual_seed(1);
        var module = grown.Create();
        var network = new ModelNetwork(module, (_, inputs) => [module.call(inputs[0])]);
        var few = batch.Input[..2];
        var probe = NetworkProbe.Run(network, [few]);
        using var compressed = new CompressedNetwork(network, probe.Timed(FakeTimes.Of), ChannelTrace.Run(network, probe, [few]), new SearchSettings { Budget = budget });
        compressed.Calibrate([[batch.Input]]);
        module.eval();
        var (measured, estimated) = (0, 0);
        var model = new OneBatch(module, batch.Input, batch.Target);
        var evaluator = new Evaluator(model, module, model.Data, CancellationToken.None);
        var effects = new EffectGatherer(model, compressed, model.Data.Train, CancellationToken.None);

        var effort = isEstimated ? new LandingEffort(Estimate, LandingEffort.MeasurementsOf(Trained, Sample), new LandingMemo(compressed)) : null;
        var start = Now();
        var candidates = new PlanCandidates(compressed, budget, Loss, IsGood, effort).From(ReachableRange.Largest(compressed));
        var landed = name.EndsWith("missed", StringComparison.Ordinal) ? candidates.Last() : candidates.First();
        var landing = Now() - start;

        // A search takes more examples than are measured with here, and its landing as well: as many times more.
        var share = landing / step / batch.Input.shape[0] * Sample / Trained;
        Console.WriteLine(FormattableString.Invariant($"{grown.Name,-12}{probe.Layers.Count,7}  {name,-14}{measured,9}{(isEstimated ? estimated : "-"),10}{landing,9:0.0}{share,8:0.0%}{1000 * step,17:0.00}{landed.Average(decision => (decision.WeightBits + decision.ActivationBits) / 2.0),7:0.0}{(double)landed.Sum(decision => decision.KeptFilters) / landed.Sum(decision => decision.Kept.Count),9:0%}"));

        double Loss(IReadOnlyList<LayerDecision> decisions)
        {
            measured++;
            compressed.Freeze(decisions);
            return evaluator.Loss(compressed.Run, model.Data.Train);
        }

        // As if the network did well down to so many bit-operations: this one has learned nothing.
        bool IsGood(IReadOnlyList<LayerDecision> decisions)
        {
            _ = Loss(decisions);
            return NetworkCost.Of(compressed, decisions)[CostKind.Bops] >= GoodDownTo * NetworkCost.FullPrecision(compressed)[CostKind.Bops];
        }

        Func<IReadOnlyList<LayerDecision>, double>? Estimate(IReadOnlyList<LayerDecision> decisions)
        {
            estimated++;
            return effects.Under(decisions) is { } gathered ? gathered.Change : null;
        }
    }

    // Other processes do not count.
    private static double Now() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static double TimeOfStep(GrownNetworks grown, Tensor input, Tensor target)
    {
        var step = Contender.Search(grown.Create(), input, target);
        step();
        var start = Now();
        for (var i = 0; i < Steps; i++)
        {
            step();
        }

        return (Now() - start) / Steps;
    }
}
