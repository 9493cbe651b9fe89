using System.Runtime.InteropServices;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Hooks;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Tracing;

/// <summary>Hears the native calls of one run, and keeps those whose tensors depend on its input.</summary>
/// <param name="names">Names of parameters and buffers, by handle.</param>
/// <param name="modules">The network's native modules, by handle.</param>
/// <param name="isKnown">Whether a graph has a place for a native function.</param>
/// <param name="module">Tells the path of the module that runs at the moment.</param>
internal sealed class Recorder(IReadOnlyDictionary<IntPtr, string> names, IReadOnlyDictionary<object, nn.Module> modules, Func<string, bool> isKnown, Func<string> module)
{
    // These tell of a tensor's form, never of its values.
    private static readonly HashSet<string> Queries =
    [
        "THSTensor_device_index", "THSTensor_device_type", "THSTensor_element_size", "THSTensor_is_contiguous", "THSTensor_is_cpu", "THSTensor_is_leaf",
        "THSTensor_is_sparse", "THSTensor_ndimension", "THSTensor_numel", "THSTensor_requires_grad", "THSTensor_result_type", "THSTensor_set_requires_grad", "THSTensor_size", "THSTensor_sizes",
        "THSTensor_storage_offset", "THSTensor_stride", "THSTensor_strides", "THSTensor_type", "THSTensor_has_names", "THSTensor_is_pinned", "THSTensor_is_conj",
        "THSTensor_is_neg", "THSTensor_print",
    ];

    private readonly Dictionary<string, TensorContent> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _calls = new(StringComparer.Ordinal);
    private readonly Dictionary<IntPtr, object> _scalars = [];
    private readonly List<TraceEvent> _events = [];
    private readonly TraceTensors _tensors = new();
    private bool _isBusy;

    /// <summary>Begins with the inputs of a run.</summary>
    public void Begin(IEnumerable<Tensor> inputs)
    {
        foreach (var input in inputs)
        {
            _ = _tensors.Add(input.Handle);
        }
    }

    /// <summary>What was heard.</summary>
    /// <param name="batch">How many examples the run was given.</param>
    /// <param name="outputs">What came out.</param>
    public Recording End(int batch, IReadOnlyList<Tensor> outputs) => new(batch, _events, _calls, _tensors.Shapes,
        [.. outputs.Select(output => _tensors.Has(output.Handle) && _tensors.IdOf(output.Handle) is { } id ? id : throw new AbsException(AbsCodes.NotExportable, "The network cannot be written as ONNX: an output does not depend on its input."))]);

    /// <summary>The hook.</summary>
    /// <returns>The result as it is.</returns>
    public object? After(string name, object?[] arguments, object? result)
    {
        if (_isBusy)
        {
            return result;
        }

        _isBusy = true;
        try
        {
            Hear(name, arguments, result);
            return result;
        }
        finally
        {
            _isBusy = false;
        }
    }

    private void Hear(string name, object?[] arguments, object? result)
    {
        if (name == "THSTensor_dispose")
        {
            _tensors.Forget((IntPtr)arguments[0]!);
        }
        else if (name.EndsWith("_to_scalar", StringComparison.Ordinal) && arguments is [{ } value])
        {
            _scalars[(IntPtr)result!] = value;
        }
        else if (name == "THSTorch_dispose_scalar")
        {
            _ = _scalars.Remove((IntPtr)arguments[0]!);
        }
        else if (!Queries.Contains(name))
        {
            if (!HookScope.IsRunning)
            {
                _calls[name] = _calls.GetValueOrDefault(name) + 1;
            }

            Hear(NativeFunction.Of(name), arguments, result);
        }
    }

    private void Hear(NativeFunction function, object?[] arguments, object? result)
    {
        var results = Results(function, arguments, result);

        // Where a native function fails, TorchSharp asks it why next: nothing here may call torch before that.
        if (function.ReturnsHandle && results is [])
        {
            return;
        }

        var known = isKnown(function.Plain.Name);
        if (!DependsOnInput(function, arguments, known))
        {
            if (TraceRefusal.IsRandom(function.Name))
            {
                throw Refused(function);
            }

            results.ForEach(_tensors.Forget);
            return;
        }

        CheckForErrors();
        if (!known)
        {
            throw Refused(function);
        }

        Record(function, arguments, results);
    }

    private void Record(NativeFunction function, object?[] arguments, List<IntPtr> results)
    {
        var place = CodePlace.Here();
        object?[] read = [.. function.Parameters.Select((parameter, i) => Read(function, place, parameter, arguments, i))];
        int[] ids;
        if (function.IsInPlace)
        {
            if (!_tensors.Has((IntPtr)arguments[0]!))
            {
                throw TraceRefusal.Of(function.Name, place, "changes a tensor of the network in place, so that the next batch finds another; write the result into a new tensor");
            }

            ids = [_tensors.Overwrite((IntPtr)arguments[0]!)];
            results.ForEach(handle => _tensors.Alias(handle, ids[0]));
        }
        else
        {
            ids = [.. results.Select(_tensors.Add)];
        }

        _events.Add(new TraceEvent(function.Plain, new NativeCall(function.Name, _calls.GetValueOrDefault(function.Name) - 1), read, ids, place, module()));
    }

    private object? Read(NativeFunction function, CodePlace place, NativeParameter parameter, object?[] arguments, int position)
    {
        var value = arguments[position];
        switch (parameter.Role)
        {
            case NativeRole.Plain:
                return value is int or short or sbyte or byte ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : value is float single ? (double)single : value;
            case NativeRole.Handle:
                return OfHandle(function, place, (IntPtr)value!);
            case NativeRole.Module:
                return modules.GetValueOrDefault(value!) ?? throw TraceRefusal.Of(function.Name, place, "runs a module that is not registered in the network");
            case NativeRole.Integers:
                return Words(arguments, parameter, (IntPtr)value!);
            case NativeRole.Doubles:
                return Words(arguments, parameter, (IntPtr)value!)?.Select(BitConverter.Int64BitsToDouble).ToArray();
            case NativeRole.Tensors:
                return Words(arguments, parameter, (IntPtr)value!)?.Select(handle => OfHandle(function, place, new IntPtr(handle)) as Operand).ToArray();
            default:
                return null;
        }
    }

    private object? OfHandle(NativeFunction function, CodePlace place, IntPtr handle)
    {
        if (handle == IntPtr.Zero)
        {
            return null;
        }

        if (_tensors.Has(handle))
        {
            return _tensors.IdOf(handle) is { } id ? new ValueOperand(id) : throw TraceRefusal.Of(function.Name, place, "uses a tensor whose memory was changed in place through a view of it; write such results into new tensors");
        }

        return _scalars.TryGetValue(handle, out var scalar) ? scalar : Constant(handle);
    }

    private ConstantOperand Constant(IntPtr handle)
    {
        if (names.GetValueOrDefault(handle) is not { } name)
        {
            return new ConstantOperand(null, TensorContent.Of(TraceTensors.Borrow(handle)));
        }

        if (!_named.TryGetValue(name, out var content))
        {
            _named[name] = content = TensorContent.Of(TraceTensors.Borrow(handle));
        }

        return new ConstantOperand(name, content);
    }

    private bool DependsOnInput(NativeFunction function, object?[] arguments, bool known)
    {
        var isLayer = function.Name == "THSNN_functional_linear" || function.Name.StartsWith("THSTensor_conv", StringComparison.Ordinal);
        for (var i = 0; i < arguments.Length; i++)
        {
            var parameter = function.Parameters[i];
            var depends = parameter.Role switch
            {
                // A layer that runs on a table of numbers is one all the same: a plan rounds what it takes.
                NativeRole.Handle when isLayer && parameter.Name is "weight" or "weights" && names.ContainsKey((IntPtr)arguments[i]!) => true,
                NativeRole.Handle => _tensors.Has((IntPtr)arguments[i]!),

                // Only where the array is known to be one.
                NativeRole.Tensors when known => Words(arguments, parameter, (IntPtr)arguments[i]!)?.Any(handle => _tensors.Has(new IntPtr(handle))) ?? false,
                NativeRole.Tensors or NativeRole.Integers or NativeRole.Doubles => arguments[i] is IntPtr handle && _tensors.Has(handle),
                _ => false,
            };
            if (depends)
            {
                return true;
            }
        }

        return false;
    }

    private static List<IntPtr> Results(NativeFunction function, object?[] arguments, object? result)
    {
        List<IntPtr> results = function.ReturnsHandle ? [(IntPtr)result!] : [];
        foreach (var (parameter, argument) in function.Parameters.Zip(arguments))
        {
            if (parameter.Role == NativeRole.Out && argument is IntPtr handle)
            {
                results.Add(handle);
            }
            else if (parameter.Role == NativeRole.Allocator && NativeFunction.ArrayOf(argument) is { } handles)
            {
                results.AddRange(handles);
            }
        }

        return results.Contains(IntPtr.Zero) ? [] : results;
    }

    private static long[]? Words(object?[] arguments, NativeParameter parameter, IntPtr pointer)
    {
        if (pointer == IntPtr.Zero)
        {
            return null;
        }

        var words = new long[Convert.ToInt32(arguments[parameter.Length], System.Globalization.CultureInfo.InvariantCulture)];
        Marshal.Copy(pointer, words, 0, words.Length);
        return words;
    }

    private static AbsException Refused(NativeFunction function) => TraceRefusal.Of(function.Name, CodePlace.Here(), TraceRefusal.ReasonFor(function.Name));
}
