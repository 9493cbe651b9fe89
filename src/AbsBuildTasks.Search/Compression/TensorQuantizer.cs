using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Gates;
using AbsBuildTasks.Search.Kernels;
using AbsBuildTasks.Search.Quantization;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// Quantises one tensor of a layer, its weight or its input activation, at a bitwidth that is found by training; or
/// leaves it as it is, where its chain is <see cref="BitChain.FullPrecision"/>.
/// </summary>
internal sealed class TensorQuantizer : IDisposable
{
    // Thresholds start well below what they are compared with, so that the search starts at the highest bitwidth.
    private const double InitialShare = 0.2;

    // An interval that training pushed to zero or below would divide by zero.
    private const double LeastInterval = 1e-5;

    // A layer need not pass a gradient on to the network's own input but for this quantiser, and that costs more than all
    // quantising. Intervals do well with fewer steps.
    private const int InputTurns = 4;

    private readonly IReadOnlyList<TrainedScalar> _own;
    private readonly double[] _norms;
    private readonly double[] _gateGradients;
    private int? _fixedBits;
    private int _turn;

    /// <summary>Creates a quantiser; <see cref="Fit"/> gives it its interval.</summary>
    /// <param name="chain">Candidate bitwidths; a single one pins the tensor to it.</param>
    /// <param name="gates">How its gates decide.</param>
    /// <param name="rows">How many clipping intervals it has: 1 for all values, or one for each entry of the tensor's first dimension.</param>
    public TensorQuantizer(BitChain chain, GateKind gates = GateKind.Threshold, int rows = 1)
    {
        Chain = chain;
        TrainedIntervals = _own = [.. Enumerable.Range(0, rows).Select(_ => new TrainedScalar(1))];
        var count = chain.Count - 1;
        Gates = gates == GateKind.Logit ? new LogitGates(count) : new ThresholdGates(count, shared: false, InitialShare);
        _norms = new double[count];
        _gateGradients = new double[count];
        State = new SuperBitState(QuantizationGrid.Symmetric, chain, Intervals, [.. Enumerable.Repeat(true, count)]);
    }

    /// <summary>Candidate bitwidths.</summary>
    public BitChain Chain { get; }

    /// <summary>Whether the tensor is quantised at all.</summary>
    public bool IsQuantized => !Chain.Equals(BitChain.FullPrecision);

    /// <summary>The levels' name in plans.</summary>
    public string GridName => IsQuantized ? Grid.Name : PlanGrids.Float;

    /// <summary>
    /// Makes torch run the backward pass through this quantiser also where its input, the network's own for example,
    /// asks for no gradient: interval and gates do.
    /// </summary>
    public Tensor Anchor { get; } = zeros([], requires_grad: true).DetachFromDisposeScope();

    /// <summary>The clipping intervals v: one for all values, or one for each row. Several quantisers may have the same one.</summary>
    public IReadOnlyList<TrainedScalar> TrainedIntervals { get; private set; }

    /// <summary>The clipping interval of all values, or of the first row.</summary>
    public TrainedScalar Interval => TrainedIntervals[0];

    /// <summary>g_2 … g_K; none where the bitwidth is pinned.</summary>
    public IGates Gates { get; }

    /// <summary>The levels the tensor may take.</summary>
    public QuantizationGrid Grid { get; private set; } = QuantizationGrid.Symmetric;

    /// <summary>The quantiser as it was in the latest call.</summary>
    public SuperBitState State { get; private set; }

    /// <summary>Whether gates learn in this step; where not, what they would learn is not computed either. Default yes.</summary>
    public bool GatesLearn { get; set; } = true;

    /// <summary>
    /// For each candidate bitwidth what it would change of the loss to the first order, ∂L/∂x̂·(x̂_b − x̂), gathered over
    /// backward passes; null where nobody asks.
    /// </summary>
    public double[]? Alternatives { get; set; }

    /// <summary>What the interval is measured in: 1, or the deviation of weights that are normalised.</summary>
    public double Unit { get; set; } = 1;

    /// <summary>The intervals, kept positive, in the values' own scale.</summary>
    public float[] Intervals => [.. TrainedIntervals.Select(interval => (float)(Math.Max(LeastInterval, interval.Value) * Unit))];

    /// <summary>The bitwidth that is fixed, or that the latest gates choose.</summary>
    public int ChosenBits => _fixedBits ?? State.ChosenBits;

    /// <summary>Lets the interval of another quantiser be this one's as well: both teach it. With itself, it has its own again.</summary>
    public void ShareInterval(TensorQuantizer other) => TrainedIntervals = other == this ? _own : other.TrainedIntervals;

    /// <summary>Chooses grid, intervals and gates from data: good at the chain's middle bitwidth, where the search passes through.</summary>
    public void Fit(Tensor values, QuantizationGrid grid)
    {
        if (!IsQuantized)
        {
            return;
        }

        Grid = grid;
        var bits = Chain[Chain.Count / 2];
        double[] fits = TrainedIntervals.Count == 1 ? [ClippingInterval.Fit(values, grid, bits)] : ClippingInterval.FitRows(values, grid, bits);
        foreach (var (interval, fit) in TrainedIntervals.Zip(fits))
        {
            interval.Value = fit / Unit;
        }

        SuperBitOps.Forward(values.detach(), new SuperBitState(Grid, Chain, Intervals, State.Gates), _norms).Dispose();
        Gates.Start(_norms);
    }

    /// <summary>Fixes the bitwidth: from here on only the interval trains.</summary>
    public void Freeze(int bits) => _fixedBits = bits;

    /// <summary>
    /// Whether this training step teaches interval and gates: each does, but for the network's own input only those in
    /// which its gates learn, or every fourth where only the interval is left to.
    /// </summary>
    /// <param name="x">What is to be quantised.</param>
    public bool LearnsFrom(Tensor x)
    {
        if (x.requires_grad)
        {
            return true;
        }

        if (_fixedBits is null && Chain.Count > 1)
        {
            return GatesLearn;
        }

        var turn = _turn;
        _turn = (_turn + 1) % InputTurns;
        return IsQuantized && turn == 0;
    }

    /// <summary>Measures what each bitwidth leaves, chooses, and quantises.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="measure">Whether gates may change: in training, not while the network is evaluated.</param>
    /// <param name="into">A dense tensor of the same shape to write to, or null for a new one.</param>
    /// <returns>The shape of <paramref name="x"/>; without gradient.</returns>
    public Tensor Forward(Tensor x, bool measure, Tensor? into = null)
    {
        if (!IsQuantized)
        {
            using var noGradient = no_grad();
            return into?.copy_(x) ?? x.detach().clone();
        }

        if (_fixedBits is { } bits)
        {
            State = SuperBitState.Fixed(Grid, bits, Intervals);
            return SuperBitOps.Forward(x, State, [], into);
        }

        if (!measure)
        {
            State = new SuperBitState(Grid, Chain, Intervals, Choose(training: false));
            return SuperBitOps.Forward(x, State, [], into);
        }

        var before = State = new SuperBitState(Grid, Chain, Intervals, State.Gates);

        // Gates seldom change from one step to the next: quantise by the last ones while measuring, and repair if they do.
        var result = SuperBitOps.Forward(x, before, _norms, into);
        var gates = Choose(training: true);
        if (gates.AsSpan().SequenceEqual(before.Gates))
        {
            return result;
        }

        State = before with { Gates = gates };
        return SuperBitOps.Forward(x, State, [], into: result);
    }

    /// <summary>Takes up the gradients of interval and gates.</summary>
    /// <param name="gradient">∂L/∂x̂.</param>
    /// <param name="x">What was quantised.</param>
    /// <param name="state">The quantiser as it was then.</param>
    /// <returns>∂L/∂x.</returns>
    public Tensor Backward(Tensor gradient, Tensor x, SuperBitState state)
    {
        if (!IsQuantized)
        {
            return gradient;
        }

        Weigh(gradient, x, state);
        if (!GatesLearn)
        {
            state = SuperBitState.Fixed(state.Grid, state.ChosenBits, state.Intervals);
        }

        var rows = TrainedIntervals.Count;
        var sums = new double[rows + state.Gates.Length];
        var result = SuperBitOps.Backward(gradient, x, state, sums);
        for (var row = 0; row < rows; row++)
        {
            TrainedIntervals[row].Gradient += sums[row] * Unit;
        }

        for (var j = 0; j < state.Gates.Length; j++)
        {
            _gateGradients[j] += sums[rows + j];
            if (!state.Gates[j])
            {
                // A finer offset only matters while all coarser gates are open.
                break;
            }
        }

        return result;
    }

    /// <summary>
    /// Passes the gates their gradients ∂L/∂g_j + ∂L/∂b·∂b/∂g_j, with b = b_1 + Σ (b_j − b_{j−1})·Π_{i ≤ j} g_i.
    /// </summary>
    /// <param name="bitsGradient">∂L/∂b, what a bit costs.</param>
    public void CollectGateGradients(double bitsGradient)
    {
        for (var j = 0; j < _gateGradients.Length; j++)
        {
            _ = Gates.Collect(j, _norms[j], _gateGradients[j] + (bitsGradient * State.BitsBehind(j)));
            _gateGradients[j] = 0;
        }
    }

    /// <summary>Writes what lasts from one step to the next, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        Grid = state.Choice(Grid, QuantizationGrid.All);
        foreach (var interval in TrainedIntervals)
        {
            interval.Exchange(state);
        }

        foreach (var parameter in Gates.Parameters)
        {
            parameter.Exchange(state);
        }

        _turn = state.Integer(_turn, 0, InputTurns - 1);

        // A layer that a step passes by is judged by what was measured last.
        for (var j = 0; j < _norms.Length; j++)
        {
            _norms[j] = state.Number(_norms[j]);
        }

        if (state.Flag(_fixedBits is not null))
        {
            _fixedBits = state.Choice(_fixedBits ?? Chain.Lowest, Chain);
        }
        else
        {
            // What is read may come after a bitwidth was fixed, whose state has no gates.
            _fixedBits = null;
            State = new SuperBitState(Grid, Chain, Intervals, [.. Enumerable.Range(0, _norms.Length).Select(j => state.Flag(j < State.Gates.Length && State.Gates[j]))]);
        }
    }

    /// <inheritdoc />
    public void Dispose() => Anchor.Dispose();

    private bool[] Choose(bool training)
    {
        var open = new bool[_norms.Length];
        Gates.Choose(_norms, training, open);
        return open;
    }

    private void Weigh(Tensor gradient, Tensor x, SuperBitState state)
    {
        if (Alternatives is null)
        {
            return;
        }

        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var present = SuperBitOps.Forward(x, state, []);
        for (var i = 0; i < Chain.Count; i++)
        {
            if (Chain[i] != state.ChosenBits)
            {
                var other = SuperBitOps.Forward(x, SuperBitState.Fixed(state.Grid, Chain[i], state.Intervals), []);
                Alternatives[i] += other.sub_(present).mul_(gradient).sum(ScalarType.Float64).item<double>();
            }
        }
    }
}
