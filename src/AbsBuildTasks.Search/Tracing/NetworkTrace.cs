using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace AbsBuildTasks.Search.Tracing;

/// <summary>Finds out what a network computes by running it.</summary>
internal static class NetworkTrace
{
    private const int FewExamples = 3;
    private const int MoreExamples = 7;

    private static readonly FieldInfo ModuleHandle = typeof(Module).GetField("handle", BindingFlags.Instance | BindingFlags.NonPublic)
        ?? throw new MissingFieldException(typeof(Module).FullName, "handle");

    /// <summary>Runs a network on two batches, of different sizes and examples.</summary>
    /// <param name="network">The network, on the processor; it is in evaluation mode afterwards.</param>
    /// <param name="forward">Runs it on a batch.</param>
    /// <param name="examples">Each input, <c>[N, …]</c>; ten examples or more, so that no two batches are alike.</param>
    /// <param name="isKnown">Whether a graph has a place for a native function.</param>
    /// <param name="module">Tells the path of the module that runs at the moment; null where nobody asks for it.</param>
    /// <exception cref="AbsException">ABS6001: what it does cannot be a graph.</exception>
    public static TracedGraph Of(Module network, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> forward, IReadOnlyList<Tensor> examples, Func<string, bool> isKnown, Func<string>? module = null)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        network.eval();
        var names = Names(network);
        return TraceMerge.Of(Run(0, FewExamples), Run(FewExamples, MoreExamples), examples.Count, names);

        Recording Run(int start, int batch)
        {
            var rows = tensor(Enumerable.Range(start, batch).Select(row => row % examples[0].shape[0]).ToArray());
            Tensor[] inputs = [.. examples.Select(input => input.index_select(0, rows))];
            var recorder = new Recorder(names, Modules(network), isKnown, module ?? (() => ""));
            recorder.Begin(inputs);
            TraceHook.Set(recorder.After);
            try
            {
                var outputs = forward(inputs);
                TraceHook.Set(null);
                return recorder.End(batch, outputs);
            }
            finally
            {
                TraceHook.Set(null);
            }
        }
    }

    private static Dictionary<IntPtr, string> Names(Module network) => network.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter))
        .Concat(network.named_buffers().Select(pair => (pair.name, pair.buffer)))
        .DistinctBy(pair => pair.Item2.Handle)
        .ToDictionary(pair => pair.Item2.Handle, pair => pair.name);

    private static Dictionary<object, Module> Modules(Module network) => network.modules().Distinct().ToDictionary(module => ModuleHandle.GetValue(module)!, ReferenceEqualityComparer.Instance);
}
