namespace AbsBuildTasks.Search.Structure;

/// <summary>Finds the one filter that a channel shows in a few runs: filters are spelled in binary, a digit a run and its complement another.</summary>
internal static class FilterSpelling
{
    /// <summary>Spells filters.</summary>
    /// <param name="filters">How many there are at most in a layer.</param>
    /// <param name="see">Runs with the filters that are on, and tells which channels show it.</param>
    /// <param name="asked">The channels whose filter is asked for: once all of them show several, no further digit tells more. Null for all that show any.</param>
    /// <returns>For each channel that shows any of them the one filter that it does, or null where it shows several.</returns>
    public static Dictionary<TracedChannel, int?> Spell(int filters, Func<Func<int, bool>, IEnumerable<TracedChannel>> see, IReadOnlyCollection<TracedChannel>? asked = null)
    {
        // Numbers start at 1, so that each filter's has a one among its digits.
        var digits = 32 - int.LeadingZeroCount(filters);
        var (ones, zeros) = (new Dictionary<TracedChannel, int>(), new Dictionary<TracedChannel, int>());
        for (var digit = 0; digit < digits; digit++)
        {
            Add(ones, filter => (((filter + 1) >> digit) & 1) == 1, 1 << digit);
            Add(zeros, filter => (((filter + 1) >> digit) & 1) == 0, 1 << digit);
            if (asked is not null && asked.All(channel => (ones.GetValueOrDefault(channel) & zeros.GetValueOrDefault(channel)) != 0))
            {
                return asked.ToDictionary(channel => channel, _ => (int?)null);
            }
        }

        return ones.Keys.ToDictionary(channel => channel, channel =>
        {
            var (one, zero) = (ones[channel], zeros.GetValueOrDefault(channel));
            return (one & zero) == 0 && (one | zero) == (1 << digits) - 1 ? one - 1 : (int?)null;
        });

        void Add(Dictionary<TracedChannel, int> seen, Func<int, bool> isOn, int digit)
        {
            foreach (var channel in see(isOn))
            {
                seen[channel] = seen.GetValueOrDefault(channel) | digit;
            }
        }
    }
}
