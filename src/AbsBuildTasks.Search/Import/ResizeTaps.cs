namespace AbsBuildTasks.Search.Import;

/// <summary>From which places of a dimension each place of a resized one is made, and with which weights.</summary>
/// <remarks>
/// In single precision, as ONNX Runtime computes: a place that lies between two may else fall to the other side.
/// The names are ONNX's.
/// </remarks>
/// <param name="Coordinates">Which place of the input a place of the result is: <c>half_pixel</c> and so on.</param>
/// <param name="Nearest">To which side a place between two falls: <c>floor</c> and so on.</param>
/// <param name="Cubic">The parameter of cubic interpolation.</param>
/// <param name="IsInsideOnly">Whether cubic interpolation leaves out what is outside of the input, instead of repeating its edge.</param>
internal sealed record ResizeTaps(string Coordinates, string Nearest, float Cubic, bool IsInsideOnly)
{
    /// <summary>The places and weights of each tap: one for nearest, two for linear, four for cubic.</summary>
    /// <param name="mode">The interpolation.</param>
    /// <param name="length">The input's size.</param>
    /// <param name="result">The result's size.</param>
    /// <param name="scale">The factor between both.</param>
    public IReadOnlyList<(long[] Places, float[] Weights)> Of(string mode, long length, long result, float scale)
    {
        var taps = Enumerable.Range(0, mode switch { "nearest" => 1, "linear" => 2, _ => 4 })
            .Select(_ => (Places: new long[result], Weights: new float[result]))
            .ToList();
        for (var place = 0L; place < result; place++)
        {
            var source = Source(place, length, result, scale);
            var (first, weights) = mode switch
            {
                "nearest" => (Rounded(source), [1]),
                "linear" => Linear(Math.Clamp(source, 0, length - 1)),
                _ => Cubics(source, length),
            };
            for (var tap = 0; tap < taps.Count; tap++)
            {
                taps[tap].Places[place] = Math.Clamp(first + tap, 0, length - 1);
                taps[tap].Weights[place] = weights[tap];
            }
        }

        return taps;
    }

    private float Source(long place, long length, long result, float scale) => Coordinates switch
    {
        "asymmetric" => place / scale,
        "align_corners" => result == 1 ? 0 : (float)place * (length - 1) / (result - 1),
        "pytorch_half_pixel" when result == 1 => 0,
        "half_pixel_symmetric" => (length / 2f * (1 - (result / (scale * length)))) + ((place + 0.5f) / scale) - 0.5f,
        _ => ((place + 0.5f) / scale) - 0.5f,
    };

    private long Rounded(float source) => (long)(Nearest switch
    {
        "floor" => MathF.Floor(source),
        "ceil" => MathF.Ceiling(source),
        "round_prefer_ceil" => MathF.Floor(source + 0.5f),
        _ => MathF.Ceiling(source - 0.5f),
    });

    private static (long First, float[] Weights) Linear(float source)
    {
        var first = MathF.Floor(source);
        return ((long)first, [1 - (source - first), source - first]);
    }

    private (long First, float[] Weights) Cubics(float source, long length)
    {
        var middle = (long)MathF.Floor(source);
        var weights = new float[4];
        for (var tap = 0; tap < weights.Length; tap++)
        {
            var place = middle - 1 + tap;
            weights[tap] = IsInsideOnly && (place < 0 || place >= length) ? 0 : Weight(MathF.Abs(source - place));
        }

        var sum = IsInsideOnly ? weights.Sum() : 1;
        return (middle - 1, [.. weights.Select(weight => weight / sum)]);
    }

    /// <summary>The kernel of Keys (1981) at a distance of at most 2.</summary>
    private float Weight(float distance) => distance <= 1
        ? ((((Cubic + 2) * distance) - (Cubic + 3)) * distance * distance) + 1
        : (((((Cubic * distance) - (5 * Cubic)) * distance) + (8 * Cubic)) * distance) - (4 * Cubic);
}
