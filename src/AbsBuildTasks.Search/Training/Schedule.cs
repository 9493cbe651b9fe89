namespace AbsBuildTasks.Search.Training;

/// <summary>How a learning rate changes over a phase.</summary>
internal static class Schedule
{
    /// <summary>1 at the start, 0 at the end, along half a cosine.</summary>
    /// <param name="progress">The share of the phase that is done, 0 to 1.</param>
    public static double Cosine(double progress) => (1 + Math.Cos(Math.PI * progress)) / 2;
}
