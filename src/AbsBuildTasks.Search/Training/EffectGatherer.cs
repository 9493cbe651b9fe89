using AbsBuildTasks.Search.Budgeting;
using AbsBuildTasks.Search.Compression;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;

namespace AbsBuildTasks.Search.Training;

/// <summary>Gathers what other decisions would change of the loss, from gradients over a fixed set of examples.</summary>
/// <param name="model">Gives the loss.</param>
/// <param name="network">The network.</param>
/// <param name="sample">The examples.</param>
/// <param name="cancellation">Ends it before the next batch.</param>
internal sealed class EffectGatherer(IAbsModel model, CompressedNetwork network, LabelledData sample, CancellationToken cancellation)
{
    // Small, so that there are enough of them to see how gradients vary.
    private const int BatchSize = 32;

    /// <summary>Takes the gradients under decisions; the network stays frozen under them, and none of its values change.</summary>
    /// <returns>The effects; null where the network's outputs have no gradients in evaluation, as under no_grad.</returns>
    public DecisionEffects? Under(IReadOnlyList<LayerDecision> decisions)
    {
        network.Freeze(decisions);
        network.Network.Module.eval();
        var effects = new DecisionEffects(network, decisions);
        foreach (var layer in network.Layers)
        {
            layer.WeighsOthers = true;
        }

        try
        {
            foreach (var batch in Batches.InOrder(sample, BatchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                Forget();
                var outputs = network.Run(batch.Inputs);
                if (!outputs.Any(output => output.requires_grad))
                {
                    return null;
                }

                Gradients.Of(model.Loss(outputs, batch.Targets));
                network.CollectGradients();
                TiedFilters.PassGradients(network);
                effects.Add(batch.Count);
            }
        }
        finally
        {
            foreach (var layer in network.Layers)
            {
                layer.WeighsOthers = false;
            }

            Forget();
        }

        return effects;
    }

    private void Forget()
    {
        foreach (var parameter in network.Parameters)
        {
            parameter.grad = null;
        }

        foreach (var interval in network.Intervals)
        {
            interval.Gradient = 0;
        }
    }
}
