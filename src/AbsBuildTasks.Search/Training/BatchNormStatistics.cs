using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Training;

/// <summary>Re-estimates batch-norm statistics under a frozen plan.</summary>
internal static class BatchNormStatistics
{
    /// <summary>Replaces running statistics by the mean over an epoch of batches.</summary>
    /// <param name="network">The network.</param>
    /// <param name="run">Runs a batch.</param>
    /// <param name="batches">Training batches.</param>
    /// <param name="cancellation">Ends it before the next batch.</param>
    public static void Reestimate(Module network, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, IEnumerable<Batch> batches, CancellationToken cancellation)
    {
        var norms = network.modules().OfType<TorchSharp.Modules.BatchNorm>().Where(norm => norm.track_running_stats).ToArray();
        if (norms.Length == 0)
        {
            return;
        }

        using var noGradient = no_grad();
        var momenta = norms.Select(norm => norm.momentum).ToArray();
        network.eval();
        foreach (var norm in norms)
        {
            norm.reset_running_stats();

            // No momentum means the plain mean of all batches. Only the norms train, so dropout stays off.
            norm.momentum = null;
            norm.train();
        }

        foreach (var batch in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            _ = run(batch.Inputs);
        }

        for (var i = 0; i < norms.Length; i++)
        {
            norms[i].momentum = momenta[i];
        }

        network.eval();
    }
}
