namespace AbsBuildTasks.Search.Data;

/// <summary>How the pixels of one axis come about when an image's size changes: a weighted mean of neighbours.</summary>
/// <remarks>
/// Weights fall linearly to zero over one pixel of the coarser of both grids, so that shrinking averages instead of
/// skipping pixels. At equal sizes nothing changes.
/// </remarks>
internal sealed class ResampleAxis
{
    private readonly int[] _first;
    private readonly float[][] _weights;

    /// <summary>Plans an axis.</summary>
    /// <param name="length">Pixels there are.</param>
    /// <param name="start">Where the part to use begins, 0 to <paramref name="length"/>.</param>
    /// <param name="extent">The part's length, in pixels there are.</param>
    /// <param name="count">Pixels wanted.</param>
    public ResampleAxis(int length, double start, double extent, int count)
    {
        _first = new int[count];
        _weights = new float[count][];
        var scale = extent / count;
        var reach = Math.Max(1, scale);
        for (var i = 0; i < count; i++)
        {
            // In coordinates where pixel p covers p to p + 1.
            var centre = start + ((i + 0.5) * scale);
            var first = Math.Clamp((int)Math.Floor(centre - reach), 0, length - 1);
            var last = Math.Clamp((int)Math.Ceiling(centre + reach), first + 1, length);
            var weights = Enumerable.Range(first, last - first).Select(pixel => Math.Max(0, 1 - (Math.Abs(pixel + 0.5 - centre) / reach))).ToArray();
            var sum = weights.Sum();
            _first[i] = first;
            _weights[i] = [.. weights.Select(weight => (float)(weight / sum))];
        }
    }

    /// <summary>Pixels wanted.</summary>
    public int Count => _first.Length;

    /// <summary>One of the pixels wanted.</summary>
    /// <param name="line">The line of pixels there are; pixel p is at p·<paramref name="stride"/>.</param>
    /// <param name="stride">The distance of two neighbours.</param>
    /// <param name="index">Which pixel, 0 to <see cref="Count"/> − 1.</param>
    public float At(ReadOnlySpan<float> line, int stride, int index)
    {
        var at = _first[index] * stride;
        var sum = 0f;
        foreach (var weight in _weights[index])
        {
            sum += weight * line[at];
            at += stride;
        }

        return sum;
    }
}
