using AbsBuildTasks.Search.Compression;

namespace AbsBuildTasks.Search.Budgeting;

/// <summary>The smallest steps by which a set keeps fewer filters, or more.</summary>
internal static class FilterMoves
{
    // A sixteenth of a layer at a time: fine enough to land on a budget, few enough to be measured.
    private const int Steps = 16;

    /// <summary>Some of the weakest kept units gone, as many as a multiple wants; null where no more may go.</summary>
    /// <param name="gates">The set's gates.</param>
    /// <param name="units">For each unit whether it is kept.</param>
    public static bool[]? Fewer(FilterGates gates, bool[] units) =>
        Step(gates, units, gates.WeakestFirst().Where(unit => units[unit] && !gates.Set.Units[unit].Stays), keep: false);

    /// <summary>Some of the strongest pruned units back, as many as a multiple wants; null where none is pruned.</summary>
    /// <inheritdoc cref="Fewer"/>
    public static bool[]? More(FilterGates gates, bool[] units) =>
        Step(gates, units, gates.WeakestFirst().Where(unit => !units[unit]).Reverse(), keep: true);

    /// <summary>Changes units in turn, enough of them for a step: fewer only where no more can change.</summary>
    private static bool[]? Step(FilterGates gates, bool[] units, IEnumerable<int> order, bool keep)
    {
        var (now, changed, wanted) = (units.ToArray(), 0, Math.Max(1, units.Length / Steps));
        bool[]? found = null;
        foreach (var unit in order)
        {
            now[unit] = keep;
            if (!gates.Set.HasLeast(now))
            {
                now[unit] = !keep;
                continue;
            }

            changed++;
            if (gates.Set.IsMultiple(now))
            {
                found = [.. now];
                if (changed >= wanted)
                {
                    break;
                }
            }
        }

        return found;
    }
}
