using AbsBuildTasks.Search.Checkpoints;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AbsBuildTasks.Search.Training;

/// <summary>
/// Measures the loss on test data in the pass that measures the metric, where that leaves no trace: a loss is the model's code,
/// and may count, learn or draw random numbers. What a search comes to must not depend on whether somebody looked.
/// </summary>
/// <param name="model">Has the loss. Each pass asks a copy: fields of its own, such as a counter of steps, stay as they are.</param>
/// <param name="network">The network.</param>
/// <param name="exchange">Writes its state, or sets it.</param>
/// <param name="test">The test data.</param>
internal sealed class QuietLoss(CheckedModel model, Module network, Action<StateStream> exchange, LabelledData test)
{
    private const int TriedExamples = 32;

    // On a GPU, sums may differ by their order.
    private const double Rounding = 1e-5;

    private bool? _isQuiet;

    /// <summary>Starts a pass; null where the loss is not to be asked.</summary>
    /// <param name="run">Runs a batch.</param>
    /// <remarks>The first call tries the loss, which may draw from the generators: seed them after it.</remarks>
    public LossTally? Start(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run) => (_isQuiet ??= IsQuiet(run)) ? new(model.Copy()) : null;

    /// <summary>Whether the loss gives the same number twice, and leaves the network as it was. The network then is so in any case.</summary>
    private bool IsQuiet(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (first, before, after) = (new StateCopy(exchange), new StateCopy(exchange), new StateCopy(exchange));
        first.Take();
        network.eval();
        using var batches = Batches.InOrder(test, Math.Min(TriedExamples, test.Count)).GetEnumerator();
        _ = batches.MoveNext();
        var outputs = run(batches.Current.Inputs);
        before.Take();
        double?[] losses = [Ask(), Ask()];
        after.Take();
        first.Restore();
        return losses is [{ } loss, { } again] && Math.Abs(loss - again) <= Rounding * Math.Abs(loss) && before.IsSameAs(after);

        double? Ask()
        {
            var tally = new LossTally(model.Copy());
            tally.Add(outputs, batches.Current);
            return tally.Mean;
        }
    }
}
