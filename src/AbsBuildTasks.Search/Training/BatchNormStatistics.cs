using AbsBuildTasks.Search.Data;
using AbsBuildTasks.Search.Hooks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Training;

/// <summary>Re-estimates batch-norm statistics under a frozen plan.</summary>
internal static class BatchNormStatistics
{
    /// <summary>Replaces running statistics by the mean over an epoch of batches, where they are learned at all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="run">Runs a batch.</param>
    /// <param name="batches">Training batches.</param>
    /// <param name="cancellation">Ends it before the next batch.</param>
    public static void Reestimate(Module network, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, IEnumerable<Batch> batches, CancellationToken cancellation)
    {
        // A network may keep some in evaluation mode by a train() of its own: their statistics are frozen.
        network.train();
        BatchNorm[] norms = [.. network.modules().OfType<BatchNorm>().Where(norm => norm.track_running_stats && norm.training)];
        network.eval();
        if (norms.Length == 0)
        {
            return;
        }

        using var noGradient = no_grad();
        (BatchNorm Norm, double? Momentum)[] momenta = [.. norms.Select(norm => (norm, norm.momentum))];
        var isFirst = true;
        foreach (var batch in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            if (isFirst)
            {
                norms = Training(norms, () => run(batch.Inputs));
                foreach (var norm in norms)
                {
                    norm.reset_running_stats();

                    // No momentum means the plain mean of all batches. Only the norms train, so dropout stays off.
                    norm.momentum = null;
                }

                isFirst = false;
                cancellation.ThrowIfCancellationRequested();
            }

            _ = run(batch.Inputs);
        }

        foreach (var (norm, momentum) in momenta)
        {
            norm.momentum = momentum;
        }

        network.eval();
    }

    /// <summary>Those that run in training mode; a forward may put others into evaluation mode, as their statistics are frozen.</summary>
    /// <param name="norms">All, which are put into training mode.</param>
    /// <param name="run">Runs a batch, which leaves the statistics as they are.</param>
    private static BatchNorm[] Training(BatchNorm[] norms, Action run)
    {
        var training = new HashSet<BatchNorm>(ReferenceEqualityComparer.Instance);
        using var hooks = new HookSet();
        foreach (var norm in norms)
        {
            norm.momentum = 0;
            norm.train();
            hooks.After(norm, (_, _) =>
            {
                if (norm.training)
                {
                    training.Add(norm);
                }

                return null;
            });
        }

        run();
        return [.. norms.Where(training.Contains)];
    }
}
