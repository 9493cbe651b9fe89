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
    public static bool[]? Fewer(FilterGates gates, bool[] units) => Fewer(gates, units, Wanted(units));

    /// <summary>As <see cref="Fewer(FilterGates, bool[])"/>, and where that is not enough, twice as many, and so on, as far as it goes.</summary>
    /// <param name="gates">The set's gates.</param>
    /// <param name="units">For each unit whether it is kept.</param>
    /// <param name="isEnough">Whether a step does what it is for.</param>
    public static IEnumerable<bool[]> FewerUntil(FilterGates gates, bool[] units, Predicate<bool[]> isEnough)
    {
        if (Fewer(gates, units) is not { } step)
        {
            return [];
        }

        var larger = step;
        for (var wanted = Wanted(units); wanted < units.Length && !isEnough(larger); wanted *= 2)
        {
            larger = Fewer(gates, units, 2 * wanted)!;
        }

        return larger.SequenceEqual(step) ? [step] : [step, larger];
    }

    /// <summary>Some of the strongest pruned units back, as many as a multiple wants; null where none is pruned.</summary>
    /// <inheritdoc cref="Fewer(FilterGates, bool[])"/>
    public static bool[]? More(FilterGates gates, bool[] units) =>
        Step(gates, units, gates.WeakestFirst().Where(unit => !units[unit]).Reverse(), Wanted(units), keep: true);

    private static bool[]? Fewer(FilterGates gates, bool[] units, int wanted) =>
        Step(gates, units, gates.WeakestFirst().Where(unit => units[unit] && !gates.Set.Units[unit].Stays), wanted, keep: false);

    private static int Wanted(bool[] units) => Math.Max(1, units.Length / Steps);

    /// <summary>Changes units in turn, enough of them for a step: fewer only where no more can change.</summary>
    private static bool[]? Step(FilterGates gates, bool[] units, IEnumerable<int> order, int wanted, bool keep)
    {
        var (now, changed) = (units.ToArray(), 0);
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
