using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Export;

namespace AbsBuildTasks.Search.Engine;

/// <summary>What a search found.</summary>
internal sealed class SearchResult : IDisposable
{
    private readonly CompressedNetwork _network;
    private readonly DeliveryCheck _check;

    internal SearchResult(CompressionPlan plan, string runRecordJson, CompressedNetwork network, DeliveryCheck check)
    {
        Plan = plan;
        RunRecordJson = runRecordJson;
        _network = network;
        _check = check;
    }

    /// <summary>The plan.</summary>
    public CompressionPlan Plan { get; }

    /// <summary>How it came about, as JSON.</summary>
    public string RunRecordJson { get; }

    /// <summary>
    /// Saves the compressed weights, for <see cref="CompressedModel.Load"/>, and makes sure that they give what the plan
    /// states.
    /// </summary>
    /// <param name="path">The file to write; there is none where they do not.</param>
    /// <exception cref="AbsException">ABS3008: loaded into a fresh network, they give another metric or other outputs.</exception>
    public void SaveWeights(string path)
    {
        var candidate = path + ".unchecked";
        try
        {
            WeightExporter.Write(_network, candidate);
            _check.Require(candidate);
            File.Move(candidate, path, overwrite: true);
        }
        finally
        {
            File.Delete(candidate);
        }
    }

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        _network.Dispose();
        _network.Network.Module.Dispose();
    }
}
