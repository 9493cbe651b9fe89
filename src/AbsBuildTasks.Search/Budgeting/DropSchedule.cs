using AbsBuildTasks.Search.Checkpoints;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>
/// Steers λ so that the cost falls as long as the network stays good: an epoch that begins well lowers the target by a
/// notch; another one raises it, so that the network may recover and gates may open again.
/// </summary>
/// <remarks>What it does in an epoch depends on the network at its beginning alone.</remarks>
/// <param name="most">R at the start, relative to full precision.</param>
/// <param name="least">R of the cheapest plan; all notches of the falling part together lead there.</param>
/// <param name="epochs">Epochs of the search.</param>
internal sealed class DropSchedule(double most, double least, int epochs)
{
    private readonly double _notch = Math.Pow(least / most, 1 / (BudgetSchedule.Ramp * epochs));
    private int _epoch;
    private double _from = most;
    private double _to = most;

    /// <summary>Sets an epoch's targets.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="cost">R at its beginning.</param>
    /// <param name="isGood">Whether the network does well enough.</param>
    public void BeginEpoch(int epoch, double cost, bool isGood)
    {
        var falls = epoch < BudgetSchedule.Ramp * epochs;
        _epoch = epoch;
        _from = isGood ? cost : cost / _notch;
        _to = isGood && falls ? Math.Max(least, cost * _notch) : _from;
    }

    /// <summary>The cost to be at, falling evenly in logarithm over the epoch.</summary>
    /// <param name="progress">The share of the search that is done, 0 to 1.</param>
    public double Target(double progress) => _from * Math.Pow(_to / _from, Math.Min(1, Math.Max(0, (progress * epochs) - _epoch)));

    /// <summary>λ of the loss term λ·log R.</summary>
    /// <param name="cost">R at the moment.</param>
    /// <param name="progress">The share of the search that is done, 0 to 1.</param>
    public double Lambda(double cost, double progress) => BudgetSchedule.Push(cost, Target(progress));

    /// <summary>Writes an epoch's targets, or sets them.</summary>
    public void Exchange(StateStream state)
    {
        _epoch = state.Integer(_epoch, 0, epochs);
        _from = state.Number(_from);
        _to = state.Number(_to);
    }
}
