namespace AbsBuildTasks.Search.Structure;

/// <summary>The noise of some runs of a trace.</summary>
/// <param name="Seed">Which noise.</param>
/// <param name="Sign">1: all of it above zero; -1: below; 0: both.</param>
/// <param name="Scale">Its size.</param>
/// <param name="Training">Whether the network runs as in training.</param>
/// <param name="Example">Which of the real examples it runs on.</param>
/// <param name="NegativeState">
/// Whether parameters and buffers of what runs as it is are below zero. What is no number then, a root for example, shows nothing.
/// </param>
internal sealed record TraceDraw(int Seed, int Sign = 0, double Scale = 1, bool Training = false, int Example = 0, bool NegativeState = false)
{
    // Values that a threshold of ordinary size lets pass whatever else there is.
    private const double Large = 1000;

    /// <summary>Whether what is no number shows nothing: with parameters below zero, or with values so large that some overflow.</summary>
    public bool IgnoresNan => NegativeState || Scale >= Large;

    /// <summary>Other noise: of one sign, as statistics decide by, small, large and beyond thresholds, as in training, and then as in evaluation again.</summary>
    public static IReadOnlyList<TraceDraw> Others { get; } =
    [
        new(23, Sign: 1, Example: 1), new(37, Sign: -1, Scale: 3, Example: 2), new(41, Scale: 0.1, Training: true, Example: 3),
        new(53, Sign: 1, Scale: 2, Training: true, Example: 4),
        new(67, Sign: 1, Scale: Large, Example: 5), new(97, Sign: -1, Scale: Large, Example: 8), new(71, NegativeState: true, Example: 6), new(83, NegativeState: true, Training: true, Example: 7),
    ];
}
