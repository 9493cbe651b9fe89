namespace AbsBuildTasks.Search.Training;

/// <summary>Asks a model's metric what it was not written for, such as the value of a part of the data: it may fail at that.</summary>
internal static class MetricAttempt
{
    /// <summary>What is measured; null where that fails, or is no finite number.</summary>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public static double? Of(Func<double> measure)
    {
        try
        {
            return Finite(measure());
        }
#pragma warning disable CA1031 // Code of the model that was not written for this; the metric itself has been measured.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    /// <summary>The number, if it is finite.</summary>
    public static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
