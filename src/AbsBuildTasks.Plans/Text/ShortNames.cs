namespace AbsBuildTasks.Plans.Text;

/// <summary>The names in one table or chart, printable: long ones are shortened, and those that differ still do.</summary>
internal sealed class ShortNames
{
    // Before where names begin to differ, so that 10 and 11 are not 0 and 1.
    private const int Context = 2;
    private const int HashLength = 8;

    private readonly Dictionary<string, string> _shown = new(StringComparer.Ordinal);
    private readonly int _length;

    /// <summary>Shortens names.</summary>
    /// <param name="names">All that stand side by side.</param>
    /// <param name="length">The longest result, at least 18 characters.</param>
    public ShortNames(IEnumerable<string> names, int length)
    {
        _length = length;
        foreach (var alike in names.Distinct(StringComparer.Ordinal).GroupBy(name => Printable.Shorten(name, length), StringComparer.Ordinal))
        {
            Add(alike.Key, [.. alike]);
        }
    }

    /// <summary>A name as it is shown.</summary>
    public string Of(string name) => _shown.TryGetValue(name, out var shown) ? shown : Printable.Shorten(name, _length);

    private void Add(string shown, string[] names)
    {
        if (names.Length == 1)
        {
            _shown[names[0]] = shown;
            return;
        }

        string[] escaped = [.. names.Select(Printable.Escape)];
        var fork = Enumerable.Range(0, escaped.Min(name => name.Length)).TakeWhile(i => escaped.All(name => name[i] == escaped[0][i])).Count();
        string[] told = [.. escaped.Select(name => WithMiddle(name, fork))];
        if (told.Distinct(StringComparer.Ordinal).Count() < told.Length)
        {
            told = [.. escaped.Select(WithHash)];
        }

        for (var i = 0; i < names.Length; i++)
        {
            _shown[names[i]] = told[i];
        }
    }

    /// <summary>Beginning and end of a name, and a piece from where others part from it.</summary>
    private string WithMiddle(string name, int fork)
    {
        var side = (_length - (2 * Printable.Ellipsis.Length)) / 3;
        var middle = _length - (2 * Printable.Ellipsis.Length) - (2 * side);
        var from = Math.Min(fork - Context, name.Length - side - middle);
        return Printable.Cut(name, 0, side) + Printable.Ellipsis + Printable.Cut(name, from, from + middle) + Printable.Ellipsis + Printable.Cut(name, name.Length - side, name.Length);
    }

    /// <summary>Names that differ in several places have no single piece that tells them apart.</summary>
    private string WithHash(string name)
    {
        var side = (_length - Printable.Ellipsis.Length - HashLength - 1) / 2;
        return Printable.Cut(name, 0, side) + Printable.Ellipsis + Printable.Cut(name, name.Length - side, name.Length) + "~" + ContentHash.Of(name).Substring(0, HashLength);
    }
}
