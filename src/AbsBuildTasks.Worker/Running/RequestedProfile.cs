using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Engine;
using AbsBuildTasks.Search.Profiling;
using AbsBuildTasks.Worker.Models;
using AbsBuildTasks.Worker.Protocol;
using AbsBuildTasks.Worker.Timing;

namespace AbsBuildTasks.Worker.Running;

/// <summary>One request for a latency table, from the request's file to the table.</summary>
/// <param name="events">Told what happens.</param>
internal sealed class RequestedProfile(EventWriter events)
{
    // An odd number, so that a median is one of them.
    private const int Rounds = 31;

    /// <summary>Runs the request.</summary>
    /// <param name="request">What to measure.</param>
    /// <exception cref="AbsException">The network cannot be measured, for a reason that the user can mend.</exception>
    public void Run(ProfileRequest request)
    {
        // Before any work: nothing can be measured without.
        var runtime = ProjectRuntime.Load();
        var type = ModelType.Find(ModelAssembly.Load(request.AssemblyFile), request.TypeName);
        TorchRuntime.EnsureLoaded(request.NativeDirectory, Tell);
        var layers = LayerSurvey.Of((IAbsModel)Activator.CreateInstance(type)!, new ModelContext(request.ProjectDirectory, request.DataFiles), (code, text) => events.Write(new WarningEvent(code, text)));
        LatencyFile.Write(request.OutputFile, new()
        {
            Model = request.Model,
            Machine = Machine.Name,
            Runtime = runtime.Name,
            Threads = request.Threads,
            Batch = request.Batch,
            InputMultiple = request.InputMultiple,
            Layers = Measure(layers, new LayerBench(runtime, request.Threads, request.Batch, Rounds, request.InputMultiple)),
        });
    }

    private List<LatencyLayer> Measure(IReadOnlyList<LayerCalls> layers, LayerBench bench)
    {
        foreach (var layer in layers.Where(layer => layer.Calls.Count == 0))
        {
            events.Write(new WarningEvent(AbsCodes.NotMeasurable, $"Layer '{layer.Shape.Name}' is a {layer.Shape.Kind}, for which there is no operator to measure; the table leaves it out, so that no budget of latency can be kept."));
        }

        var alike = layers.Where(layer => layer.Calls.Count > 0).GroupBy(layer => (layer.Shape with { Name = "", HasBias = false }, layer.ToString())).ToArray();
        var table = new List<LatencyLayer>();
        foreach (var group in alike)
        {
            string[] names = [.. group.Select(layer => layer.Shape.Name)];
            var measured = bench.Measure(group.First(), names);
            table.Add(measured);
            Tell(FormattableString.Invariant($"{table.Count} of {alike.Length}: {string.Join(", ", names)}: {Time(measured.Float32)} in floating point, {Time(measured.Int8)} on 8-bit integers"));
        }

        return table.Count > 0 ? table : throw new AbsException(AbsCodes.NotMeasurable, "There is nothing to measure: no operator of ONNX stands for any of the network's layers.");
    }

    private static string Time(IReadOnlyList<IReadOnlyList<long>> times) => Plans.Text.ShortCount.Nanoseconds(times[^1][^1]);

    private void Tell(string text) => events.Write(new MessageEvent(text));
}
