using static TorchSharp.torch;

namespace AbsBuildTasks.Search.Structure;

/// <summary>The random numbers of a trace, the same for the same draw, place and shape.</summary>
internal static class TraceNoise
{
    /// <summary>Noise, never zero.</summary>
    /// <param name="draw">Its sign and size.</param>
    /// <param name="place">What it is for: another number, other noise.</param>
    /// <param name="like">Its shape, type and device.</param>
    public static Tensor Of(TraceDraw draw, int place, Tensor like)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(unchecked(((ulong)draw.Seed << 32) + (uint)place));
        var uniform = rand(like.shape, generator: generator);

        // Magnitudes from a half to one and a half: far from zero, and no two alike.
        var signs = draw.Sign != 0 ? ones_like(uniform).mul_(draw.Sign) : rand(like.shape, generator: generator).sub_(0.5).sign().add_(0.5).sign_();
        return uniform.add_(0.5).mul_(signs).mul_(draw.Scale).to(like.dtype).to(like.device).MoveToOuterDisposeScope();
    }

    /// <summary>A taint: other noise, and at every other place no number if that is borne.</summary>
    /// <param name="draw">As for the noise.</param>
    /// <param name="place">As for the noise.</param>
    /// <param name="like">As for the noise.</param>
    /// <param name="channelDimension">The dimension along which each channel gets its own.</param>
    /// <param name="hasNan">Whether what is no number is borne.</param>
    public static Tensor Taint(TraceDraw draw, int place, Tensor like, int channelDimension, bool hasNan)
    {
        using var scope = NewDisposeScope();
        var other = Of(draw with { Seed = draw.Seed + 1 }, ~place, like);
        if (!hasNan)
        {
            return other.MoveToOuterDisposeScope();
        }

        // A chequerboard over all dimensions but the channels', so that each channel has both, where it has two places.
        var board = zeros(like.shape, dtype: ScalarType.Int64, device: like.device);
        var channels = channelDimension < 0 ? like.dim() + channelDimension : channelDimension;
        for (var dimension = 0; dimension < like.dim(); dimension++)
        {
            if (dimension != channels)
            {
                var shape = new long[like.dim()];
                Array.Fill(shape, 1);
                shape[dimension] = -1;
                board.add_(arange(like.shape[dimension], dtype: ScalarType.Int64, device: like.device).reshape(shape));
            }
        }

        return other.masked_fill_(board.remainder(2).eq(0), float.NaN).MoveToOuterDisposeScope();
    }
}
