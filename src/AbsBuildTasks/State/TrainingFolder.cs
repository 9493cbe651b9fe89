namespace AbsBuildTasks.State;

/// <summary>
/// Where full-precision training of a model is kept for its further searches, those of other budgets: <c>abs/trainings/&lt;model&gt;/</c>.
/// </summary>
internal static class TrainingFolder
{
    /// <summary>The folder of all models.</summary>
    public static string Of(string stateDirectory) => Path.Combine(stateDirectory, "trainings");

    /// <summary>Removes a model's training; what is in use stays.</summary>
    public static void Remove(string stateDirectory, string model)
    {
        try
        {
            var folder = Path.Combine(Of(stateDirectory), model);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The training that follows takes its place.
        }
    }
}
