namespace AbsBuildTasks.Search.Budgeting;

/// <summary>
/// Steers λ so that the cost follows a target that falls from the starting cost to the budget over the first part of
/// the search.
/// </summary>
/// <remarks>
/// λ is proportional to the gap, not its integral: while gates are still moving an integral winds up and prunes far
/// below the budget, and pruned filters seldom come back.
/// </remarks>
/// <param name="start">R at the start, relative to full precision.</param>
/// <param name="budget">R to arrive at.</param>
internal sealed class BudgetSchedule(double start, double budget)
{
    /// <summary>The share of the search in which the target falls; the rest lets gates settle.</summary>
    public const double Ramp = 0.7;

    // At a gap of 10 % a rise of the loss by 0.2 · log(1.1) outweighs closing a gate that saves as much.
    private const double Gain = 2;

    /// <summary>The cost to be at, falling evenly in logarithm.</summary>
    /// <param name="progress">The share of the search that is done, 0 to 1.</param>
    public double Target(double progress) => start <= budget
        ? budget
        : Math.Exp(Math.Log(start) + (Math.Log(budget / start) * Math.Min(1, progress / Ramp)));

    /// <summary>λ of the loss term λ·log R.</summary>
    /// <param name="cost">R at the moment.</param>
    /// <param name="progress">The share of the search that is done, 0 to 1.</param>
    public double Lambda(double cost, double progress) => Push(cost, Target(progress));

    /// <summary>λ by the gap of a cost and its target.</summary>
    public static double Push(double cost, double target) => Gain * Math.Max(0, Math.Log(cost / target));
}
