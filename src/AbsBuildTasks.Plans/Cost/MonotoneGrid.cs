namespace AbsBuildTasks.Plans.Cost;

/// <summary>Numbers measured at points of a grid, made to rise along both axes, and interpolated between them.</summary>
/// <remarks>
/// What is measured of larger and larger layers does not always rise: chance makes some slower, and odd sizes are slow. Each
/// number becomes the smallest among those of its point and the larger ones: a layer could be run as a larger one. That
/// changes nothing that rises already. Between points it is linear in each axis, and beyond them constant.
/// </remarks>
internal sealed class MonotoneGrid
{
    private readonly double[] _rows;
    private readonly double[] _columns;
    private readonly double[][] _values;

    /// <summary>Takes over measurements.</summary>
    /// <param name="rows">The places along the first axis; rising, at least one.</param>
    /// <param name="columns">The places along the second axis; rising, at least one.</param>
    /// <param name="measured">What was measured, by row and column.</param>
    public MonotoneGrid(IReadOnlyList<long> rows, IReadOnlyList<long> columns, IReadOnlyList<IReadOnlyList<long>> measured)
    {
        (_rows, _columns) = ([.. rows.Select(row => (double)row)], [.. columns.Select(column => (double)column)]);
        _values = [.. rows.Select((_, row) => columns.Select((_, column) => Risen(measured, row, column)).ToArray())];
    }

    /// <summary>The number at a place.</summary>
    /// <param name="row">Along the first axis.</param>
    /// <param name="column">Along the second.</param>
    public double At(double row, double column)
    {
        var (top, down) = Locate(_rows, row);
        var (left, right) = Locate(_columns, column);
        var (bottom, next) = (Math.Min(top + 1, _rows.Length - 1), Math.Min(left + 1, _columns.Length - 1));
        return Between(Between(_values[top][left], _values[top][next], right), Between(_values[bottom][left], _values[bottom][next], right), down);
    }

    private static double Between(double low, double high, double share) => low + ((high - low) * share);

    private static double Risen(IReadOnlyList<IReadOnlyList<long>> measured, int row, int column) => measured.Skip(row).Min(times => times.Skip(column).Min());

    /// <summary>The last point at or before a place, and how far the place is on the way to the next, 0 to 1.</summary>
    private static (int Point, double Share) Locate(double[] points, double place)
    {
        var last = points.Length - 1;
        if (place <= points[0] || last == 0)
        {
            return (0, 0);
        }

        if (place >= points[last])
        {
            return (last, 0);
        }

        var point = Array.FindLastIndex(points, each => each <= place);
        return (point, (place - points[point]) / (points[point + 1] - points[point]));
    }
}
