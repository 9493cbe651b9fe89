using System.Linq.Expressions;
using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Onnx;

namespace AbsBuildTasks.Worker.Timing;

/// <summary>A file in ONNX Runtime, ready to be run again and again on the same numbers.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly Stack<IDisposable> _owned = new();
    private readonly Action _run;

    /// <summary>Loads a file.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="content">The file's content.</param>
    /// <param name="threads">Threads that run it.</param>
    /// <param name="batch">Examples in a run, for dimensions that are free.</param>
    public OnnxSession(ProjectRuntime runtime, byte[] content, int threads, int batch)
    {
        try
        {
            var graph = OnnxModel.Read(content, "the measured file").Graph;
            var options = Own(runtime.New("SessionOptions"));
            Set(options, "IntraOpNumThreads", threads);
            Set(options, "InterOpNumThreads", 1);
            var session = Own(runtime.New("InferenceSession", content, options));
            var binding = Own(Call(session, "CreateIoBinding"));
            foreach (var input in graph.Inputs.Where(input => graph.Initializers.All(constant => constant.Name != input.Name)))
            {
                _ = Call(binding, "BindInput", input.Name, Own(InputOf(runtime, input, batch)));
            }

            var memory = runtime.Type("OrtMemoryInfo").GetProperty("DefaultInstance")!.GetValue(null)!;
            foreach (var output in graph.Outputs)
            {
                _ = Call(binding, "BindOutputToDevice", output.Name, memory);
            }

            var run = session.GetType().GetMethod("RunWithBinding", [runtime.Type("RunOptions"), binding.GetType()]) ?? throw new MissingMethodException("InferenceSession", "RunWithBinding");
            _run = Expression.Lambda<Action>(Expression.Call(Expression.Constant(session), run, Expression.Constant(Own(runtime.New("RunOptions"))), Expression.Constant(binding))).Compile();

            // What the runtime cannot run shows here.
            _run();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs the file once.</summary>
    public void Run() => _run();

    /// <inheritdoc />
    public void Dispose()
    {
        while (_owned.TryPop(out var owned))
        {
            owned.Dispose();
        }
    }

    private static object InputOf(ProjectRuntime runtime, OnnxValueInfo input, int batch)
    {
        long[] shape = [.. input.Dims?.Select(dim => dim.Size ?? batch) ?? []];
        var count = checked((int)shape.Aggregate(1L, (product, size) => product * size));
        return input.Type switch
        {
            OnnxType.Float => Tensor(runtime, Numbers(count, random => random.NextSingle()), shape),
            OnnxType.UInt8 => Tensor(runtime, Numbers(count, random => (byte)random.Next(256)), shape),
            OnnxType.Int8 => Tensor(runtime, Numbers(count, random => (sbyte)random.Next(-128, 128)), shape),
            OnnxType.Double => Tensor(runtime, Numbers(count, random => random.NextDouble()), shape),
            OnnxType.Bool => Tensor(runtime, Numbers(count, random => random.Next(2) == 1), shape),

            // An index: the first row of a table is always there.
            OnnxType.Int64 => Tensor(runtime, new long[count], shape),
            OnnxType.Int32 => Tensor(runtime, new int[count], shape),
            _ => throw new AbsException(AbsCodes.NotMeasurable, $"The file takes {input.Type.Name()}, for which no numbers are made up; it cannot be measured."),
        };
    }

    private static T[] Numbers<T>(int count, Func<Random, T> next)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => next(random))];
    }

    private static object Tensor<T>(ProjectRuntime runtime, T[] numbers, long[] shape) => runtime.Type("OrtValue").GetMethods()
        .Single(method => method.Name == "CreateTensorValueFromMemory" && method.GetParameters() is [{ ParameterType.IsArray: true }, _])
        .MakeGenericMethod(typeof(T)).Invoke(null, [numbers, shape])!;

    private static object Call(object target, string method, params object[] arguments) =>
        (target.GetType().GetMethod(method, [.. arguments.Select(argument => argument.GetType())]) ?? throw new MissingMethodException(target.GetType().Name, method)).Invoke(target, arguments) ?? target;

    private static void Set(object target, string property, object value) =>
        (target.GetType().GetProperty(property) ?? throw new MissingMemberException(target.GetType().Name, property)).SetValue(target, value);

    private object Own(object made)
    {
        if (made is IDisposable disposable)
        {
            _owned.Push(disposable);
        }

        return made;
    }
}
