using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Export;

/// <summary>A network's parameters and buffers.</summary>
internal static class NetworkState
{
    /// <summary>Each of them once, under the first of its names: a module that is registered twice has two.</summary>
    public static IEnumerable<(string Name, Tensor Value)> Of(nn.Module network) =>
        network.state_dict().DistinctBy(pair => pair.Value.Handle).Select(pair => (pair.Key, pair.Value));

    /// <summary>Takes them over from another network of the same kind, on any device.</summary>
    public static void Copy(nn.Module from, nn.Module to)
    {
        using var noGradient = no_grad();
        var values = from.state_dict();
        foreach (var (name, value) in Of(to))
        {
            _ = value.copy_(values[name]);
        }
    }
}
