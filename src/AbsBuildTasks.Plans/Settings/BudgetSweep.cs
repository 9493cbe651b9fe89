using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Plans.Settings;

/// <summary>Further budgets to find a plan for: <c>bops=1%|bops=2%;drop=1</c>.</summary>
internal sealed class BudgetSweep : IReadOnlyList<Budget>, IEquatable<BudgetSweep>
{
    // Semicolons join the limits of one budget; commas are decimal points to many readers.
    private const char Separator = '|';

    private readonly Budget[] _budgets;

    private BudgetSweep(Budget[] budgets) => _budgets = budgets;

    /// <summary>No further budgets.</summary>
    public static BudgetSweep None { get; } = new([]);

    /// <inheritdoc />
    public int Count => _budgets.Length;

    /// <inheritdoc />
    public Budget this[int index] => _budgets[index];

    /// <summary>Reads budgets separated by <c>|</c>; an empty text is none.</summary>
    /// <exception cref="AbsException">ABS1004: a budget cannot be read, or stands there twice.</exception>
    public static BudgetSweep Parse(string text)
    {
        var budgets = text.Split(Separator).Select(part => part.Trim()).Where(part => part.Length > 0).Select(part => new BudgetParser(part, text).Parse()).ToArray();
        return budgets.GroupBy(budget => budget.ToString(), StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new AbsException(AbsCodes.InvalidBudget, $"Sweep=\"{text}\": {twice.Key} stands there twice; name each budget once.")
            : new BudgetSweep(budgets);
    }

    /// <inheritdoc />
    public IEnumerator<Budget> GetEnumerator() => ((IEnumerable<Budget>)_budgets).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc />
    public bool Equals(BudgetSweep? other) => other is not null && _budgets.SequenceEqual(other._budgets);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as BudgetSweep);

    /// <inheritdoc />
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(ToString());

    /// <summary>The budgets as they are written in a project file.</summary>
    public override string ToString() => string.Join("|", _budgets.Select(budget => budget.ToString()));
}
