using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Export;
using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Tracing;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Compression;

/// <summary>
/// Rounds values between layers while a network runs, as the deployed file has them: what goes into sums, concatenations and
/// products of activations, and what comes out of them.
/// </summary>
/// <remarks>
/// TorchSharp tells of the network's native calls, and takes another tensor for what one of them gives. A value is known by its
/// place among the calls of its function. So a run counts them, and one that calls otherwise, as some networks do in training,
/// ends the rounding for good. The values were found in evaluation, so the first run in training only counts.
/// </remarks>
internal sealed class ValueRounding
{
    private const int Most = 1 << 20;

    private readonly Dictionary<string, Calls> _functions = new(StringComparer.Ordinal);
    private Action<int, Tensor>? _look;
    private bool _isBusy;

    // Whether a run in training has made the calls that were seen in evaluation.
    private bool _isTrainingAsSeen;

    // Whether the present run only counts.
    private bool _isCounting;

    // Whether the present run has called otherwise already.
    private bool _isOff;

    /// <summary>The values, with their levels.</summary>
    public IReadOnlyList<PackedValue> Values { get; private set; } = [];

    /// <summary>Whether nothing is to be rounded any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Told where a run calls otherwise than was seen.</summary>
    public Action? GaveUp { private get; set; }

    /// <summary>Sets what to round from here on.</summary>
    /// <param name="values">The values.</param>
    /// <param name="counts">How often a run calls each of their functions.</param>
    public void Set(IReadOnlyList<PackedValue> values, IReadOnlyDictionary<string, int> counts)
    {
        _functions.Clear();
        foreach (var function in values.Index().GroupBy(value => value.Item.Function, StringComparer.Ordinal))
        {
            _functions[function.Key] = new Calls(counts[function.Key], function.ToLookup(value => value.Item.Call, value => value.Index));
        }

        Values = values;
    }

    /// <summary>Rounds nothing any more.</summary>
    public void End()
    {
        (Values, IsOver) = ([], true);
        _functions.Clear();
    }

    /// <summary>Runs a network on rounded values.</summary>
    /// <param name="run">Runs it.</param>
    /// <param name="training">The network, where it is in training.</param>
    public IReadOnlyList<Tensor> Run(Func<IReadOnlyList<Tensor>> run, nn.Module? training = null)
    {
        if (_functions.Count == 0)
        {
            return run();
        }

        _isCounting = training is not null && !_isTrainingAsSeen;
        if (_isCounting)
        {
            // What goes another way has rounded nothing wrong so.
            var counted = Heard(run);
            _isTrainingAsSeen = IsAsSeen;
            if (!_isTrainingAsSeen)
            {
                GiveUp();
            }

            return counted;
        }

        (Tensor Buffer, Tensor Copy)[] buffers = [.. (training?.buffers() ?? []).Select(buffer => (buffer, buffer.detach().clone()))];
        try
        {
            var outputs = Heard(run);
            if (IsAsSeen)
            {
                return outputs;
            }

            GiveUp();
            PutBack(buffers);
            return run();
        }
        finally
        {
            Array.ForEach(buffers, buffer => buffer.Copy.Dispose());
        }
    }

    /// <summary>Looks at the values instead of rounding them.</summary>
    /// <param name="run">Runs the network, by <see cref="Run"/>.</param>
    /// <param name="look">Gets the number of each value and the value, which is not its own.</param>
    public void Look(Action run, Action<int, Tensor> look)
    {
        _look = look;
        try
        {
            run();
        }
        finally
        {
            _look = null;
        }
    }

    /// <summary>Writes what is rounded, or sets it.</summary>
    public void Exchange(StateStream state)
    {
        IsOver = state.Flag(IsOver);
        _isTrainingAsSeen = state.Flag(_isTrainingAsSeen);
        var counts = _functions.ToDictionary(function => function.Key, function => function.Value.Count, StringComparer.Ordinal);
        var values = new PackedValue[state.Integer(Values.Count, 0, Most)];
        for (var i = 0; i < values.Length; i++)
        {
            var value = i < Values.Count ? Values[i] : new PackedValue("", 0, 0, 1, 0);
            var function = state.Text(value.Function);
            values[i] = new PackedValue(function, state.Integer(value.Call, 0, Most), state.Integer(value.Result, 0, Most), (float)state.Number(value.Scale), (byte)state.Integer(value.Zero, 0, byte.MaxValue));
            counts[function] = state.Integer(counts.GetValueOrDefault(function), 0, int.MaxValue);
        }

        Set(values, counts);
    }

    private bool IsAsSeen => !_isOff && _functions.Values.All(calls => calls.Seen == calls.Count);

    private void GiveUp()
    {
        End();
        GaveUp?.Invoke();
    }

    /// <summary>Gives buffers the values that they had, as a second run begins where the first one did.</summary>
    private static void PutBack((Tensor Buffer, Tensor Copy)[] buffers)
    {
        using var noGradient = no_grad();
        foreach (var (buffer, copy) in buffers)
        {
            _ = buffer.copy_(copy);
        }
    }

    private IReadOnlyList<Tensor> Heard(Func<IReadOnlyList<Tensor>> run)
    {
        foreach (var calls in _functions.Values)
        {
            calls.Seen = 0;
        }

        _isOff = false;
        TraceHook.Set(After);
        try
        {
            return run();
        }
        finally
        {
            TraceHook.Set(null);
        }
    }

    private object? After(string name, object?[] arguments, object? result)
    {
        if (_isBusy || HookScope.IsRunning || !_functions.TryGetValue(name, out var calls))
        {
            return result;
        }

        // What failed gives nothing: TorchSharp asks next why, and no call may come before that.
        var number = calls.Seen++;
        var function = NativeFunction.Of(name);
        _isOff |= number >= calls.Count;
        if (_isCounting || _isOff || (function.ReturnsHandle && result is IntPtr and 0))
        {
            return result;
        }

        _isBusy = true;
        try
        {
            var within = calls.Values[number].Where(value => name == RoundedAttention.Function && Values[value].Result > 0).ToArray();
            result = within.Length > 0 ? Attended(arguments, result, within) : result;
            return calls.Values[number].Except(within).Aggregate(result, (given, value) => Replaced(function, arguments, given, value));
        }
        finally
        {
            _isBusy = false;
        }
    }

    /// <returns>What the function returns in the end.</returns>
    private object? Replaced(NativeFunction function, object?[] arguments, object? result, int value)
    {
        var levels = Values[value];
        if (function.IsInPlace)
        {
            var changed = TraceTensors.Borrow((IntPtr)arguments[0]!);
            if (!CanBeIt(changed) || (changed.requires_grad && changed.is_leaf))
            {
                // Such as a parameter: no value between layers.
                _isOff = true;
            }
            else if (_look is null)
            {
                RoundFunction.RoundInPlace(changed, levels);
            }
            else
            {
                _look(value, changed);
            }

            return result;
        }

        if (function.ReturnsArray)
        {
            var handles = arguments.Select(NativeFunction.ArrayOf).First(array => array is not null)!;
            if (levels.Result < handles.Length)
            {
                handles[levels.Result] = Replaced(handles[levels.Result], value);
            }
            else
            {
                _isOff = true;
            }

            return result;
        }

        return Replaced((IntPtr)result!, value);
    }

    /// <returns>What attention comes to with values rounded within.</returns>
    private object? Attended(object?[] arguments, object? result, int[] values)
    {
        using var scope = NewDisposeScope();
        var given = RoundedAttention.Run(arguments, (place, value) => Array.FindIndex(values, index => Values[index].Result == place) is >= 0 and var at ? Passed(values[at], value) : value);
        return _look is null ? Instead((IntPtr)result!, given) : result;
    }

    private Tensor Passed(int value, Tensor tensor)
    {
        if (_look is null)
        {
            return RoundFunction.Round(tensor, Values[value]);
        }

        _look(value, tensor);
        return tensor;
    }

    private IntPtr Replaced(IntPtr handle, int value)
    {
        if (!CanBeIt(TraceTensors.Borrow(handle)))
        {
            _isOff = true;
            return handle;
        }

        if (_look is not null)
        {
            _look(value, TraceTensors.Borrow(handle));
            return handle;
        }

        using var scope = NewDisposeScope();
        return Instead(handle, RoundFunction.Round(TraceTensors.Borrow(handle), Values[value]));
    }

    /// <summary>Whether a tensor can be one of the values: no whole number is.</summary>
    private static bool CanBeIt(Tensor tensor) => tensor.is_floating_point();

    /// <summary>Puts a tensor in the place of one that the network has not seen yet, and never will.</summary>
    private static IntPtr Instead(IntPtr handle, Tensor tensor)
    {
        Tensor.UnsafeCreateTensor(handle).Dispose();
        var result = tensor.DetachFromDisposeScope().Handle;
        tensor.DecoupleFromNativeHandle();
        return result;
    }

    /// <summary>What is known of the calls of a function.</summary>
    /// <param name="count">How many a run makes.</param>
    /// <param name="values">The numbers of the values that they give, by the calls' own.</param>
    private sealed class Calls(int count, ILookup<int, int> values)
    {
        public int Count => count;

        public ILookup<int, int> Values => values;

        /// <summary>How many the present run has made.</summary>
        public int Seen { get; set; }
    }
}
