namespace AbsBuildTasks.Search.Data;

/// <summary>How the pixels of one axis come about when an image's size changes: a weighted mean of neighbours.</summary>
/// <remarks>
/// Weights fall linearly to zero over one pixel of the coarser of both grids, so that shrinking averages instead of
/// skipping pixels. At equal sizes nothing changes.
/// </remarks>
internal readonly ref struct ResampleAxis
{
    private readonly NativeBuffer<(int First, int Count)> _neighbours;
    private readonly NativeBuffer<float> _weights;

    // Weights of one pixel, at most.
    private readonly int _most;

    /// <summary>Plans an axis.</summary>
    /// <param name="length">Pixels there are.</param>
    /// <param name="start">Where the part to use begins, 0 to <paramref name="length"/>.</param>
    /// <param name="extent">The part's length, in pixels there are.</param>
    /// <param name="count">Pixels wanted.</param>
    public ResampleAxis(int length, double start, double extent, int count)
    {
        Count = count;
        var scale = extent / count;
        var reach = Math.Max(1, scale);
        _most = Math.Min(length, (int)Math.Ceiling(2 * reach) + 2);
        _neighbours = new NativeBuffer<(int, int)>(count);
        _weights = new NativeBuffer<float>(Math.BigMul(count, _most));
        using var precise = new NativeBuffer<double>(_most);
        for (var i = 0; i < count; i++)
        {
            // In coordinates where pixel p covers p to p + 1.
            var centre = start + ((i + 0.5) * scale);
            var first = Math.Clamp((int)Math.Floor(centre - reach), 0, length - 1);
            var last = Math.Clamp((int)Math.Ceiling(centre + reach), first + 1, length);
            _neighbours.Span[i] = (first, last - first);
            var sum = 0.0;
            for (var pixel = first; pixel < last; pixel++)
            {
                precise.Span[pixel - first] = Math.Max(0, 1 - (Math.Abs(pixel + 0.5 - centre) / reach));
                sum += precise.Span[pixel - first];
            }

            for (var j = 0; j < last - first; j++)
            {
                _weights.Span[(i * _most) + j] = (float)(precise.Span[j] / sum);
            }
        }
    }

    /// <summary>Pixels wanted.</summary>
    public int Count { get; }

    /// <summary>One of the pixels wanted.</summary>
    /// <param name="line">The line of pixels there are; pixel p is at p·<paramref name="stride"/>.</param>
    /// <param name="stride">The distance of two neighbours.</param>
    /// <param name="index">Which pixel, 0 to <see cref="Count"/> − 1.</param>
    public float At(ReadOnlySpan<float> line, int stride, int index)
    {
        var (first, count) = _neighbours.Span[index];
        var at = first * stride;
        var sum = 0f;
        foreach (var weight in _weights.Span.Slice(index * _most, count))
        {
            sum += weight * line[at];
            at += stride;
        }

        return sum;
    }

    public void Dispose()
    {
        _neighbours.Dispose();
        _weights.Dispose();
    }
}
