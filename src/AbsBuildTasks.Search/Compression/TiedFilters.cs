namespace AbsBuildTasks.Search.Compression;

/// <summary>Filters without gates of their own: those of tied layers stay while the input channel they see is live.</summary>
internal static class TiedFilters
{
    /// <summary>Lets tied filters follow the gates.</summary>
    /// <param name="network">The network.</param>
    /// <param name="kept">For each layer and filter whether it stays; what it says of tied layers does not count.</param>
    /// <returns>The same with the tied layers' filters as they follow from the others'.</returns>
    public static IReadOnlyList<IReadOnlyList<bool>> Follow(CompressedNetwork network, IReadOnlyList<IReadOnlyList<bool>> kept)
    {
        var all = kept.ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            if (network.Layers[i].Layer is { IsTied: true } layer)
            {
                var live = network.Map.Layers[i].IsLive(kept);
                all[i] = [.. Enumerable.Range(0, layer.Shape.Filters).Select(filter => live[layer.InputOf(filter)])];
            }
        }

        return all;
    }

    /// <summary>Passes what tied filters ask for on to the gates they follow.</summary>
    public static void PassGradients(CompressedNetwork network)
    {
        var gradients = network.Layers.Select(layer => layer.Filters.Gradients).ToArray();
        for (var i = 0; i < gradients.Length; i++)
        {
            if (network.Layers[i].Layer is { IsTied: true } layer)
            {
                var channels = new double[layer.Shape.InputChannels];
                for (var filter = 0; filter < layer.Shape.Filters; filter++)
                {
                    channels[layer.InputOf(filter)] += gradients[i][filter];
                }

                Array.Clear(gradients[i]);
                network.Map.Layers[i].AddGateGradients(channels, gradients);
            }
        }
    }
}
