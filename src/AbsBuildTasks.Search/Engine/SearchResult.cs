using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Export;

namespace AbsBuildTasks.Search.Engine;

/// <summary>What a search found.</summary>
public sealed class SearchResult : IDisposable
{
    private readonly CompressedNetwork _network;

    internal SearchResult(CompressionPlan plan, string runRecordJson, CompressedNetwork network)
    {
        Plan = plan;
        RunRecordJson = runRecordJson;
        _network = network;
    }

    /// <summary>The plan.</summary>
    public CompressionPlan Plan { get; }

    /// <summary>How it came about, as JSON.</summary>
    public string RunRecordJson { get; }

    /// <summary>Saves the compressed weights, for <see cref="CompressedModel.Load"/>.</summary>
    /// <param name="path">The file to write.</param>
    public void SaveWeights(string path) => WeightExporter.Write(_network, path);

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        _network.Dispose();
        _network.Network.Module.Dispose();
    }
}
