using System.Collections;
using System.Globalization;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>
/// An immutable set of filter indices, written as ascending ranges: <c>0-5,7,9-15</c>. Each set has exactly one
/// spelling, so that equal sets make equal plans.
/// </summary>
public sealed class FilterRanges : IEnumerable<int>, IEquatable<FilterRanges>
{
    private const int MostShown = 60;

    private readonly (int First, int Last)[] _ranges;

    private FilterRanges((int First, int Last)[] ranges)
    {
        _ranges = ranges;
        Count = ranges.Sum(range => range.Last - range.First + 1);
    }

    /// <summary>The set without filters, written as an empty text.</summary>
    public static FilterRanges None { get; } = new([]);

    /// <summary>How many filters the set holds.</summary>
    public int Count { get; }

    /// <summary>The largest index; -1 where the set is empty.</summary>
    public int Last => _ranges.Length == 0 ? -1 : _ranges[_ranges.Length - 1].Last;

    /// <summary>Filters 0 to <paramref name="filters"/> - 1.</summary>
    public static FilterRanges All(int filters) => filters switch
    {
        < 0 => throw new ArgumentOutOfRangeException(nameof(filters), filters, "A layer cannot have fewer than zero filters."),
        0 => None,
        _ => new([(0, filters - 1)]),
    };

    /// <summary>The filters given, in any order; repeated ones count once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative.</exception>
    public static FilterRanges Of(IEnumerable<int> filters)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var filter in filters.Distinct().OrderBy(filter => filter))
        {
            if (filter is < 0 or int.MaxValue)
            {
                throw new ArgumentOutOfRangeException(nameof(filters), filter, "A filter's index is at least 0.");
            }

            if (ranges.Count > 0 && ranges[ranges.Count - 1].Last == filter - 1)
            {
                ranges[ranges.Count - 1] = (ranges[ranges.Count - 1].First, filter);
            }
            else
            {
                ranges.Add((filter, filter));
            }
        }

        return new([.. ranges]);
    }

    /// <summary>Reads the one spelling of a set.</summary>
    /// <exception cref="AbsException">ABS4003: not ascending, not disjoint, adjacent ranges, or not numbers.</exception>
    public static FilterRanges Parse(string text) =>
        TryParse(text, out var problem) ?? throw new AbsException(AbsCodes.InvalidPlan, problem);

    /// <summary>Whether the set holds a filter.</summary>
    public bool Contains(int filter)
    {
        var (low, high) = (0, _ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (filter < _ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (filter > _ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How many filters of the set are in a range, both ends included.</summary>
    internal int CountIn(int first, int last)
    {
        var (next, high) = (0, _ranges.Length);
        while (next < high)
        {
            var middle = (next + high) / 2;
            (next, high) = _ranges[middle].Last < first ? (middle + 1, high) : (next, middle);
        }

        var count = 0;
        for (; next < _ranges.Length && _ranges[next].First <= last; next++)
        {
            count += Math.Min(_ranges[next].Last, last) - Math.Max(_ranges[next].First, first) + 1;
        }

        return count;
    }

    /// <summary>The filters of this set that another does not hold.</summary>
    public FilterRanges Except(FilterRanges other)
    {
        var rest = new List<(int First, int Last)>();
        var next = 0;
        foreach (var (first, last) in _ranges)
        {
            var start = first;
            while (next < other._ranges.Length && other._ranges[next].Last < start)
            {
                next++;
            }

            for (var i = next; i < other._ranges.Length && other._ranges[i].First <= last; i++)
            {
                if (other._ranges[i].First > start)
                {
                    rest.Add((start, other._ranges[i].First - 1));
                }

                start = other._ranges[i].Last + 1;
            }

            if (start <= last)
            {
                rest.Add((start, last));
            }
        }

        return new([.. rest]);
    }

    /// <inheritdoc />
    public IEnumerator<int> GetEnumerator()
    {
        foreach (var (first, last) in _ranges)
        {
            for (var filter = first; filter <= last; filter++)
            {
                yield return filter;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc />
    public bool Equals(FilterRanges? other) => other is not null && _ranges.SequenceEqual(other._ranges);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as FilterRanges);

    /// <inheritdoc />
    public override int GetHashCode() => _ranges.Aggregate(17, (hash, range) => unchecked((hash * 31) + range.GetHashCode()));

    /// <summary>The set as a plan writes it.</summary>
    public override string ToString() => string.Join(",", Spellings());

    /// <summary>Each range of the set as a plan writes it.</summary>
    internal IEnumerable<string> Spellings() => _ranges.Select(Spelling);

    internal static FilterRanges? TryParse(string text, out string problem)
    {
        problem = "";
        if (text.Length == 0)
        {
            return None;
        }

        var ranges = new List<(int First, int Last)>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !TryParseIndex(ends[0], out var first) || !TryParseIndex(ends[ends.Length - 1], out var last) || last < first || Spelling((first, last)) != part)
            {
                problem = $"'{Printable.Shorten(part, MostShown)}' is not a range of filters; write for example \"0-5,7,9-15\".";
                return null;
            }

            if (ranges.Count > 0 && first <= ranges[ranges.Count - 1].Last + 1)
            {
                problem = $"'{Printable.Shorten(part, MostShown)}' must come after '{Spelling(ranges[ranges.Count - 1])}' with a gap between them; write ascending, joined ranges, for example \"0-5,7,9-15\".";
                return null;
            }

            ranges.Add((first, last));
        }

        return new([.. ranges]);
    }

    private static bool TryParseIndex(string text, out int index) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index < int.MaxValue;

    private static string Spelling((int First, int Last) range) => range.First == range.Last
        ? range.First.ToString(CultureInfo.InvariantCulture)
        : FormattableString.Invariant($"{range.First}-{range.Last}");
}
