using System.Security.Cryptography;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>
/// Remembers what the last decisions were weighed by, so that a run that goes on need not measure it again: it goes the same
/// way, as nothing but measurements decides it.
/// </summary>
/// <param name="network">The network.</param>
internal sealed class LandingMemo(CompressedNetwork network)
{
    private readonly Dictionary<string, double> _losses = [];
    private readonly Dictionary<string, bool> _good = [];
    private readonly List<WalkRound> _rounds = [];
    private int _next;

    /// <summary>Where the way began, which the network no longer tells once trials have begun; null before.</summary>
    public IReadOnlyList<LayerDecision>? Chosen { get; set; }

    /// <summary>A loss under decisions.</summary>
    public double Loss(IReadOnlyList<LayerDecision> decisions, Func<double> measure) => Recall(_losses, decisions, measure);

    /// <summary>Whether the network does well enough under decisions.</summary>
    public bool IsGood(IReadOnlyList<LayerDecision> decisions, Func<bool> measure) => Recall(_good, decisions, measure);

    /// <summary>The next round of a walk.</summary>
    public WalkRound Round(Func<WalkRound> take)
    {
        if (_next == _rounds.Count)
        {
            _rounds.Add(take());
        }

        return _rounds[_next++];
    }

    /// <summary>Writes what is remembered, or sets it; the way then begins anew.</summary>
    public void Exchange(StateStream state)
    {
        Chosen = state.Flag(Chosen is not null) ? Exchange(state, Chosen) : null;
        Exchange(state, _losses, state.Number);
        Exchange(state, _good, state.Flag);
        var rounds = _rounds.ToArray();
        _rounds.Clear();
        var count = state.Integer(rounds.Length, 0, int.MaxValue);
        for (var i = 0; i < count; i++)
        {
            _rounds.Add(Exchange(state, i < rounds.Length ? rounds[i] : new WalkRound(null, 0, 0, null, 1)));
        }

        _next = state.IsReading ? 0 : _next;
    }

    private static T Recall<T>(Dictionary<string, T> known, IReadOnlyList<LayerDecision> decisions, Func<T> measure)
    {
        var key = KeyOf(decisions);
        return known.TryGetValue(key, out var value) ? value : known[key] = measure();
    }

    private static void Exchange<T>(StateStream state, Dictionary<string, T> known, Func<T, T> exchange)
    {
        var pairs = known.ToArray();
        known.Clear();
        var count = state.Integer(pairs.Length, 0, int.MaxValue);
        for (var i = 0; i < count; i++)
        {
            var (key, value) = i < pairs.Length ? pairs[i] : new("", default!);
            known[state.Text(key)] = exchange(value);
        }
    }

    private WalkRound Exchange(StateStream state, WalkRound round)
    {
        var decisions = state.Flag(round.Decisions is not null) ? Exchange(state, round.Decisions) : null;
        var (loss, left, steps) = (state.Number(round.Loss), state.Integer(round.Left, int.MinValue, int.MaxValue), state.Integer(round.Steps, 1, int.MaxValue));
        if (!state.Flag(round.Refused is not null))
        {
            return new(decisions, loss, left, null, steps);
        }

        var step = round.Refused ?? new("", 0, 0, 0);
        return new(decisions, loss, left, new(
            state.Text(step.Layer),
            state.Integer(step.WeightBits, 0, int.MaxValue),
            state.Integer(step.ActivationBits, 0, int.MaxValue),
            state.Integer(step.Filters, 0, int.MaxValue)),
            steps);
    }

    private LayerDecision[] Exchange(StateStream state, IReadOnlyList<LayerDecision>? decisions) => [.. network.Layers.Select((layer, i) => new LayerDecision(
        state.Choice(decisions?[i].WeightBits ?? layer.Weights.Chain.Lowest, layer.Weights.Chain),
        state.Choice(decisions?[i].ActivationBits ?? layer.Activations.Chain.Lowest, layer.Activations.Chain),
        [.. layer.Filters.Kept.Select((_, filter) => state.Flag(decisions?[i].Kept[filter] ?? false))]))];

    private static string KeyOf(IReadOnlyList<LayerDecision> decisions)
    {
        var bytes = decisions.SelectMany(decision => decision.Kept.Select(kept => kept ? (byte)1 : (byte)0).Prepend((byte)decision.ActivationBits).Prepend((byte)decision.WeightBits));
        return Convert.ToHexString(SHA256.HashData(bytes.ToArray()));
    }
}
