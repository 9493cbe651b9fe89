using System.Text;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Search.Engine;

namespace AbsBuildTasks.Worker.Running;

/// <summary>Writes what a search found.</summary>
internal static class ResultFiles
{
    /// <summary>Writes weights, run record and plan; the plan comes last, so that where it is, all is.</summary>
    /// <param name="result">What the search found.</param>
    /// <param name="folder">An existing folder.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(SearchResult result, string folder)
    {
        var start = Path.Combine(folder, result.Plan.Model);
        var weights = start + ResultFile.Weights.Suffix;
        var unfinished = weights + ".tmp";
        result.SaveWeights(unfinished);
        AtomicFile.MoveOver(unfinished, weights);
        AtomicFile.Write(start + ResultFile.Run.Suffix, Encoding.UTF8.GetBytes(result.RunRecordJson));
        PlanFile.Write(start + ResultFile.Plan.Suffix, result.Plan);
    }
}
