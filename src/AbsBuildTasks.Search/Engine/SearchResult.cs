using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Export;

namespace AbsBuildTasks.Search.Engine;

/// <summary>What a search found.</summary>
public sealed class SearchResult : IDisposable
{
    private readonly CompressedNetwork _network;

    internal SearchResult(CompressionPlan plan, IReadOnlyList<CompressionPlan> sweep, string runRecordJson, CompressedNetwork network)
    {
        Plan = plan;
        Sweep = sweep;
        RunRecordJson = runRecordJson;
        _network = network;
    }

    /// <summary>The plan.</summary>
    public CompressionPlan Plan { get; }

    /// <summary>The plans of the settings' further budgets, in their order; those that could not be met are left out.</summary>
    public IReadOnlyList<CompressionPlan> Sweep { get; }

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
