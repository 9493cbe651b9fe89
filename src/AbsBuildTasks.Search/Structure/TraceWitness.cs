using AbsBuildTasks.Search.Kernels;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>Sees what goes into consumers, the weighted layers and then the normalisations, and compares it with the base run.</summary>
/// <param name="channels">How many input channels each consumer has.</param>
internal sealed class TraceWitness(IReadOnlyList<int> channels)
{
    private readonly Dictionary<(int Consumer, int Call), Tensor> _inputs = [];
    private readonly bool[][] _lit = [.. channels.Select(count => new bool[count])];
    private readonly bool[][] _touched = [.. channels.Select(count => new bool[count])];
    private readonly int[] _calls = new int[channels.Count];
    private readonly long[] _values = new long[channels.Count];
    private TraceMode _mode;
    private bool _ignoresNan;
    private bool _sameWay;

    /// <summary>Starts a run.</summary>
    /// <param name="mode">What it is for.</param>
    /// <param name="ignoresNan">Whether what is no number counts as zero.</param>
    public void Start(TraceMode mode, bool ignoresNan)
    {
        (_mode, _ignoresNan, _sameWay) = (mode, ignoresNan, true);
        Array.ForEach(_lit, Array.Clear);
        Array.ForEach(_touched, Array.Clear);
        Array.Clear(_calls);
        Array.Clear(_values);
    }

    /// <summary>How often a consumer has been called in this run.</summary>
    public int Calls(int consumer) => _calls[consumer];

    /// <summary>Sees an input.</summary>
    /// <param name="consumer">What it goes into.</param>
    /// <param name="input">The input.</param>
    /// <param name="channelDimension">The dimension that counts channels; null where the input is an index, which is never zero and picks from all channels.</param>
    public void See(int consumer, Tensor input, int? channelDimension)
    {
        using var scope = NewDisposeScope();

        // Masks hold infinite numbers.
        input = channelDimension is null && input.is_floating_point() ? input.nan_to_num() : input;
        var call = (consumer, _calls[consumer]++);
        Mark(_lit[consumer], channelDimension is null ? ones_like(input, dtype: ScalarType.Bool)
            : _ignoresNan ? input.ne(0).logical_and_(input.isnan().logical_not())
            : input.ne(0));
        _values[consumer] += input.numel();
        if (_mode == TraceMode.Base)
        {
            _inputs[call] = input.detach().clone().DetachFromDisposeScope();
        }

        if (_mode != TraceMode.Compared)
        {
            return;
        }

        if (!_inputs.TryGetValue(call, out var before) || !before.shape.SequenceEqual(input.shape))
        {
            _sameWay = false;
        }
        else
        {
            Mark(_touched[consumer], input.ne(before));
        }

        // A module that is called twice is reached by what reaches either call.
        void Mark(bool[] flags, Tensor places)
        {
            if (channelDimension is not { } dimension)
            {
                Array.Fill(flags, flags.Contains(true) || places.any().item<bool>());
                return;
            }

            var channels = Channels.Rows(places, dimension).any(1).cpu().data<bool>();
            for (var c = 0; c < flags.Length; c++)
            {
                flags[c] |= channels[c];
            }
        }
    }

    /// <summary>What the run has shown.</summary>
    /// <param name="reachesOutput">Whether the network's outputs differ from the base run's.</param>
    public TraceSight Sight(bool reachesOutput)
    {
        return new TraceSight(reachesOutput, _sameWay, [.. _values], Copy(_lit), Copy(_touched));

        static bool[][] Copy(bool[][] flags) => [.. flags.Select(channels => channels.ToArray())];
    }

    /// <summary>Whether all that the base run saw is a number.</summary>
    public bool IsFinite() => _inputs.Values.All(value => !value.is_floating_point() || value.isfinite().all().item<bool>());

    /// <summary>Forgets the base run.</summary>
    public void Forget()
    {
        foreach (var input in _inputs.Values)
        {
            input.Dispose();
        }

        _inputs.Clear();
    }
}
