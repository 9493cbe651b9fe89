using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Finds out how channels flow between a network's layers, and says what follows from it.</summary>
internal static class NetworkMaps
{
    /// <summary>Traces a copy of the network, and holds what that says against real examples.</summary>
    /// <param name="networks">Makes the copies.</param>
    /// <param name="network">The network; stays as it is.</param>
    /// <param name="probe">Its layers.</param>
    /// <param name="data">Real examples.</param>
    /// <param name="job">Told what the user should know.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="AbsException">ABS2010: the network uses a layer's weights beside the layer.</exception>
    public static ChannelMap Of(NetworkFactory networks, ModelNetwork network, NetworkProbe probe, ModelData data, SearchJob job, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var examples = data.Train.First(Math.Min(data.Train.Count, Examples));
        var (runs, heartbeat) = (0, new Heartbeat(job.Tell));
        var map = OnCopy((copy, seen) => ChannelTrace.Run(copy, seen, examples, BeforeRun));
        if (map.Untraced is { } because)
        {
            job.Warn(AbsCodes.FiltersStay, $"No layer's filters can be pruned, as {because}; bitwidths are searched all the same.");
            return map;
        }

        if (map.Mixed.Count > 0)
        {
            job.Tell($"layers that keep all their filters, as what they give is mixed with other channels or not zero without them before the next layer: {Names(map.Mixed)}");
        }

        var wrong = OnCopy((copy, seen) => MapCheck.Find(copy, seen, map, data, job.Settings, cancellation));
        if (map.Feeding(wrong) is { Count: > 0 } layers)
        {
            job.Warn(AbsCodes.FiltersStay, $"The filters of {Names(layers)} cannot be pruned: on training examples, channels that they alone feed are not zero without them. Look for what the network does to its values by their size.");
        }

        return map.Without(wrong);

        void BeforeRun()
        {
            cancellation.ThrowIfCancellationRequested();
            heartbeat.Beat(() => string.Create(CultureInfo.InvariantCulture, $"looking at how {probe.Layers.Count} layers feed each other: {runs} runs of the network so far"));
            runs++;
        }

        T OnCopy<T>(Func<ModelNetwork, NetworkProbe, T> look)
        {
            using var inner = NewDisposeScope();
            var copy = networks.Copy(network);
            using var module = copy.Module;
            return look(copy, NetworkProbe.Run(copy, examples));
        }

        string Names(IEnumerable<int> layers) => string.Join(", ", layers.Select(layer => probe.Layers[layer].Shape.Name));
    }

    /// <summary>Enough for layers that not every example reaches.</summary>
    public const int Examples = 64;
}
