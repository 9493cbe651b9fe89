using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Search.Data;

/// <summary>The form that images of any size are brought into.</summary>
/// <param name="Width">Pixels in a row, 1 to 16,384.</param>
/// <param name="Height">Rows, 1 to 16,384.</param>
public sealed record ImageFormat(int Width, int Height)
{
    private const int MaxSide = 1 << 14;

    /// <summary>3 for red, green and blue; 1 for grey, 0.299 R + 0.587 G + 0.114 B. Default: 3.</summary>
    public int Channels { get; init; } = 3;

    /// <summary>How the image's proportions are fitted. Default: <see cref="ImageFit.Crop"/>.</summary>
    public ImageFit Fit { get; init; }

    /// <summary>
    /// The share of width and height that is used, from the middle, over 0 to 1. Default: 1. For ImageNet 224 / 256 is
    /// usual.
    /// </summary>
    public double Share { get; init; } = 1;

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="AbsException">ABS2005.</exception>
    internal void Require()
    {
        var problem = this switch
        {
            { Width: < 1 or > MaxSide } or { Height: < 1 or > MaxSide } => $"size {Width}×{Height}; give sides of 1 to {MaxSide} pixels",
            { Channels: not (1 or 3) } => $"Channels={Channels}; give 1 or 3",
            { Share: not (> 0 and <= 1) } => FormattableString.Invariant($"Share={Share}; give more than 0 and at most 1"),
            _ => null,
        };
        if (problem is not null)
        {
            throw new AbsException(AbsCodes.InvalidData, $"Images cannot have {problem}.");
        }
    }
}
