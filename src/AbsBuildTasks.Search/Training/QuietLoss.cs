using AbsBuildTasks.Plans.Errors;
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
/// <remarks>
/// Each batch asks a copy of the model, whose fields are those that the pass has left: a counter of steps stays as it is. The
/// copy is shallow: nothing here sees what a loss changes inside of an object that a field holds, such as a list, or a tensor in place.
/// </remarks>
/// <param name="model">Has the loss.</param>
/// <param name="network">The network.</param>
/// <param name="exchange">Writes its state, or sets it.</param>
/// <param name="test">The test data.</param>
internal sealed class QuietLoss(CheckedModel model, Module network, Action<StateStream> exchange, LabelledData test)
{
    private const int TriedExamples = 32;

    // On a GPU, sums may differ by their order.
    private const double Rounding = 1e-5;

    // Null until the loss has been a number once.
    private static readonly bool?[] Answers = [null, false, true];
    private bool? _isQuiet;

    /// <summary>Makes a pass that asks the loss, too. If the network is another after it, that is undone, and the pass made again without.</summary>
    /// <typeparam name="T">What the pass gives.</typeparam>
    /// <param name="run">Runs a batch.</param>
    /// <param name="pass">Makes the pass; gets null where the loss is not to be asked. It seeds the generators, from which a loss that is tried before may draw.</param>
    public T Beside<T>(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run, Func<LossTally?, T> pass)
    {
        if ((_isQuiet ??= IsQuiet(run)) != true)
        {
            return pass(null);
        }

        var first = new StateCopy(exchange);
        first.Take();
        var before = Settled(run);
        first.Restore();
        try
        {
            var result = pass(new LossTally(model.Copy));
            if (StateHash.Of(exchange) == before)
            {
                return result;
            }
        }
        catch (AbsException) when (StateHash.Of(exchange) != before)
        {
            // As outputs that a changed network gives, which are not finite.
        }

        first.Restore();
        _isQuiet = false;
        return pass(null);
    }

    /// <summary>Writes what is known of the loss, or sets it: another epoch might judge it otherwise.</summary>
    public void Exchange(StateStream state) => _isQuiet = state.Choice(_isQuiet, Answers);

    /// <summary>The state as any evaluation leaves it: where weights have moved, gates are decided anew.</summary>
    private string Settled(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        network.eval();
        _ = run(Batches.First(test, TriedExamples).Inputs);
        return StateHash.Of(exchange);
    }

    /// <summary>Which parts train: a loss that has the network in a field may switch them.</summary>
    private bool[] Modes() => [.. network.modules().Prepend(network).Select(part => part.training)];

    /// <summary>Whether the loss gives the same number twice, and leaves the network as it was; null where it gives none. The network then is so in any case.</summary>
    private bool? IsQuiet(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var first = new StateCopy(exchange);
        first.Take();
        network.eval();
        var batch = Batches.First(test, TriedExamples);
        var outputs = run(batch.Inputs);
        var (before, modes) = (StateHash.Of(exchange), Modes());
        var (loss, again) = (Ask(), Ask());
        var isAsBefore = StateHash.Of(exchange) == before && Modes().SequenceEqual(modes);
        first.Restore();
        return isAsBefore && (loss, again) is (null, null) ? null : isAsBefore && (loss, again) is ({ } one, { } other) && Math.Abs(one - other) <= Rounding * Math.Abs(one);

        double? Ask()
        {
            var tally = new LossTally(model.Copy);
            tally.Add(outputs, batch);
            return tally.Mean;
        }
    }
}
