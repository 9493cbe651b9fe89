using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Training;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>
/// Freezes a searched network under decisions that are within the budget: candidate after candidate, as long as the
/// fine-tuned network loses more than the budget allows.
/// </summary>
/// <param name="job">The budget, and decisions that are given.</param>
/// <param name="network">The network.</param>
/// <param name="evaluator">Measures it.</param>
/// <param name="sample">Training examples to weigh decisions on: test data decide nothing.</param>
/// <param name="effects">Estimates on the same sample what decisions do.</param>
/// <param name="trained">Examples that the search trains on, over all its epochs.</param>
/// <param name="seed">Sets the generators before each measurement.</param>
/// <param name="beforeMeasurement">Called before each measurement of decisions; may keep the state, or end the stage by throwing.</param>
internal sealed class DecisionStage(SearchJob job, CompressedNetwork network, Evaluator evaluator, LabelledData sample, EffectGatherer effects, long trained, Action seed, Action beforeMeasurement)
{
    private readonly Budget _budget = ReachableRange.Of(network).Fit(job.Settings.Budget);
    private readonly MissedBudget _missed = new(job.Settings.Budget);
    private readonly StateCopy _searched = new(network.Exchange);
    private readonly LandingMemo _memo = new(network);
    private readonly Heartbeat _heartbeat = new(job.Tell);
    private IEnumerator<IReadOnlyList<LayerDecision>>? _candidates;
    private int _found;
    private int _measured;

    /// <summary>The metric of the full-precision network on the sample.</summary>
    public double FullPrecision { private get; set; }

    /// <summary>What one step from the decisions that were frozen would do; empty where there are no gradients to tell.</summary>
    public IReadOnlyList<RunStep> Steps { get; private set; } = [];

    /// <summary>Whether a plan has lost more than the budget allows.</summary>
    public bool HasMissed => _missed.Count > 0;

    /// <summary>The metric on the sample.</summary>
    /// <param name="run">Runs a batch.</param>
    public double Measure(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        seed();
        return evaluator.Metric(run, sample);
    }

    /// <summary>Whether the network is within the budget's drop on the sample.</summary>
    public bool IsGood() => _budget.AllowsDrop(FullPrecision, Measure(network.Run), lowerIsBetter: evaluator.LowerIsBetter);

    /// <summary>Fixes the decisions of the first candidate that has not been missed; the network is as the search left it.</summary>
    /// <exception cref="AbsException">ABS3007: no plan loses as little as the budget allows.</exception>
    public void Freeze()
    {
        if (_candidates is null)
        {
            if (_budget.Drop is not null)
            {
                _searched.Take();
            }

            _memo.Chosen ??= network.Decisions();
            seed();
            _candidates = Candidates().GetEnumerator();
        }

        // A run that goes on finds again what an earlier one has tried.
        for (; _found <= _missed.Count; _found++)
        {
            seed();
            if (!_candidates.MoveNext())
            {
                throw _missed.Error();
            }
        }

        var found = _candidates.Current;
        Steps = Gather(found) is { } gathered ? NearbySteps.Of(network, found, gathered) : [];
        network.Freeze(found);
    }

    /// <summary>Puts the network back to where the search left it, as the plan loses more than the budget allows.</summary>
    /// <param name="metric">What it loses.</param>
    public void Miss(PlanMetric metric)
    {
        _missed.Add(metric, NetworkCost.Relative(network));
        _searched.Restore();
    }

    /// <summary>Writes what lasts from one stage to the next, or sets it.</summary>
    /// <param name="state">The checkpoint.</param>
    /// <param name="stage">The stage that the run is in.</param>
    public void Exchange(StateStream state, RunStage stage)
    {
        if (stage >= RunStage.Freeze)
        {
            _missed.Exchange(state);
        }

        if (stage == RunStage.Freeze || (stage == RunStage.FineTune && _budget.Drop is not null))
        {
            _memo.Exchange(state);
        }

        if (stage == RunStage.FineTune && _budget.Drop is not null)
        {
            _searched.Exchange(state);
        }
    }

    /// <summary>Ends the way through the candidates, at the end of the run.</summary>
    public void End() => _candidates?.Dispose();

    private IEnumerable<IReadOnlyList<LayerDecision>> Candidates() => job.HeldPlan is { } plan
        ? [GivenDecisions.Of(plan, network)]
        : new PlanCandidates(network, _budget, LossUnder, IsGoodUnder, new(Estimate, LandingEffort.MeasurementsOf(trained, sample.Count), _memo)).From(_memo.Chosen!);

    private bool IsGoodUnder(IReadOnlyList<LayerDecision> decisions) => _memo.IsGood(decisions, () =>
    {
        Begin();
        network.Freeze(decisions);
        return IsGood();
    });

    private double LossUnder(IReadOnlyList<LayerDecision> decisions) => _memo.Loss(decisions, () =>
    {
        Begin();
        network.Freeze(decisions);
        return evaluator.Loss(network.Run, sample);
    });

    private Func<IReadOnlyList<LayerDecision>, double>? Estimate(IReadOnlyList<LayerDecision> decisions) => Gather(decisions) is { } gathered ? gathered.Change : null;

    private DecisionEffects? Gather(IReadOnlyList<LayerDecision> decisions)
    {
        Begin();
        try
        {
            return effects.Under(decisions);
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.GradientFailed)
        {
            // What a network does only where it is evaluated may have none, as in-place operations.
            return null;
        }
    }

    /// <summary>Begins a measurement, whose chance is that of each other.</summary>
    private void Begin()
    {
        beforeMeasurement();
        _heartbeat.Beat(() => string.Create(CultureInfo.InvariantCulture, $"weighing the last decisions: {_measured} measurements so far"));
        _measured++;
        seed();
    }
}
