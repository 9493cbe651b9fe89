using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Structure;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Engine;

/// <summary>Holds a channel map against real examples: prunes by chance, and looks whether what counts as dead is zero.</summary>
internal static class MapCheck
{
    private const int BatchSize = 16;

    /// <summary>Shares of the filters that go.</summary>
    private static readonly double[] Shares = [0.3, 0.6, 0.9];

    /// <summary>Finds channels that count as dead, under some pruning, and are not zero.</summary>
    /// <param name="network">A copy of the network, to be thrown away.</param>
    /// <param name="probe">Its layers.</param>
    /// <param name="map">What is to be held against examples.</param>
    /// <param name="data">Training examples are taken.</param>
    /// <param name="settings">Say which filters may go.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Layer and input channel of each.</returns>
    public static IReadOnlyCollection<(int Layer, int Channel)> Find(ModelNetwork network, NetworkProbe probe, ChannelMap map, ModelData data, SearchSettings settings, CancellationToken cancellation)
    {
        var wrong = new HashSet<(int, int)>();
        foreach (var (batch, share) in Batches.Shuffled(data.Train, Math.Min(BatchSize, data.Train.Count), settings.Seed, epoch: -2).Zip(Shares))
        {
            foreach (var training in new[] { false, true })
            {
                cancellation.ThrowIfCancellationRequested();
                wrong.UnionWith(Look(new(network, probe, map.Without(wrong), settings), batch, share, training));
            }
        }

        return wrong;
    }

    private static HashSet<(int Layer, int Channel)> Look(CompressedNetwork compressed, Batch batch, double share, bool training)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var ends = compressed;
        compressed.Calibrate([batch.Inputs]);
        compressed.Freeze(Decisions(compressed, share));
        var wrong = new HashSet<(int, int)>();
        using var watch = DeadChannels.Watch(
            compressed.Layers.Select((layer, i) => (layer.Layer, (IReadOnlyList<bool>)compressed.Map.Layers[i].IsLive(compressed.Kept))),
            (layer, channel) => wrong.Add((layer, channel)));
        compressed.Network.Module.train(training);
        _ = compressed.Run(batch.Inputs);
        return wrong;
    }

    private static LayerDecision[] Decisions(CompressedNetwork network, double share)
    {
        var (random, decisions) = (new Random(1), ReachableRange.Largest(network).ToArray());
        foreach (var set in network.FilterSets.Where(set => set.CanPrune))
        {
            bool[] units = [.. set.Units.Select(unit => unit.Stays || unit.Parts.Any(part => part.Filters[0] == 0) || random.NextDouble() >= share)];
            foreach (var (layer, kept) in set.ByLayer(units))
            {
                decisions[layer] = decisions[layer] with { Kept = kept };
            }
        }

        return decisions;
    }
}
