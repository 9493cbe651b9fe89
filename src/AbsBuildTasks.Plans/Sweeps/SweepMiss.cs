using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Sweeps;

/// <summary>A budget of a sweep that no plan meets.</summary>
/// <param name="Budget">The budget, in its one spelling.</param>
/// <param name="Code"><see cref="AbsCodes.ImpossibleBudget"/> or <see cref="AbsCodes.BudgetMissed"/>.</param>
/// <param name="Reason">Why, and what can be done: one line that names the sweep's point.</param>
internal sealed record SweepMiss(string Budget, string Code, string Reason)
{
    /// <summary>Whether a failure says that no plan meets its budget.</summary>
    public static bool IsOne(string code) => code is AbsCodes.ImpossibleBudget or AbsCodes.BudgetMissed;

    /// <summary>Makes one of the failure of a search with that budget.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="exception">The failure, which speaks of it as the model's own.</param>
    public static SweepMiss Of(Budget budget, AbsException exception) =>
        new(budget.ToString(), exception.Code, exception.Message.Replace($"Budget=\"{budget}\"", $"the point \"{budget}\" of Sweep") + " The sweep goes on without this point.");

    /// <summary>Stands for a miss in a cache, whose plan would be under the fingerprint itself.</summary>
    /// <param name="fingerprint">That of the model with the point's budget.</param>
    public static string KeyOf(string fingerprint) => ContentHash.Of("a point of a sweep without a plan\n" + fingerprint);
}
