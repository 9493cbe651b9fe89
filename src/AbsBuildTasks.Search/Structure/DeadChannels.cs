using AbsBuildTasks.Search.Hooks;
using AbsBuildTasks.Search.Kernels;
using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>Watches input channels that count as dead.</summary>
internal static class DeadChannels
{
    /// <summary>Reports each channel that counts as dead and is not zero, while the network runs.</summary>
    /// <param name="layers">Layers, with what is live of each one's inputs.</param>
    /// <param name="report">Told the layer's place among them and the channel.</param>
    /// <returns>Ends the watch.</returns>
    public static IDisposable Watch(IEnumerable<(WeightedLayer Layer, IReadOnlyList<bool> Live)> layers, Action<int, int> report)
    {
        var hooks = new HookSet();
        foreach (var (index, (layer, live)) in layers.Index())
        {
            if (layer.ChannelDimension is { } channelDimension && live.Contains(false))
            {
                hooks.Before(layer.Module, layer.Kind.InputPlaces, input =>
                {
                    foreach (var channel in NotZero(input, channelDimension, live))
                    {
                        report(index, channel);
                    }

                    return null;
                });
            }
        }

        return hooks;
    }

    private static IEnumerable<int> NotZero(Tensor input, int channelDimension, IReadOnlyList<bool> live)
    {
        using var scope = NewDisposeScope();
        var dead = tensor(live.Select(channel => !channel).ToArray(), device: input.device);
        var lit = input.detach().ne(0).logical_and(dead.Along(input, channelDimension));

        // Seldom any: which ones is asked for only then.
        if (!lit.any().item<bool>())
        {
            return [];
        }

        var channels = Channels.Rows(lit, channelDimension).any(1).cpu().data<bool>().ToArray();
        return Enumerable.Range(0, channels.Length).Where(channel => channels[channel]);
    }
}
