using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Protocol;
using AbsBuildTasks.Worker.Models;

namespace AbsBuildTasks.Worker.Running;

/// <summary>Says of an exception whose matter it is: the model project's, the disk's or this product's.</summary>
internal static class Failures
{
    /// <summary>The event that tells the build.</summary>
    /// <param name="exception">Whatever ended the search.</param>
    /// <remarks>Model code may throw our exception, too, with any text in place of a code; the build would not understand that.</remarks>
    public static ErrorEvent Of(Exception exception) =>
        ModelCode.Cause(exception) is AbsException known && WorkerEventJson.IsCode(known.Code) ? new ErrorEvent(known.Code, known.Message + PlaceOf(known), known.Layer)
        : ModelCode.Failure(exception) is { } failure ? new ErrorEvent(failure.Code, failure.Message)
        : IsOfFiles(exception) ? new ErrorEvent(AbsCodes.FileAccess, $"{ModelCode.FirstLine(exception)}. Free the file, the folder or disk space, and build again.")
        : new ErrorEvent(AbsCodes.Defect, $"{exception.GetType().Name}: {ModelCode.FirstLine(exception)}. This is a defect of AbsBuildTasks; please report it with the build's detailed log.");

    // The search knows what the model's code was asked to do, but not where it failed.
    private static string PlaceOf(AbsException exception) =>
        exception.Code == AbsCodes.ModelCodeFailed && exception.InnerException is { } cause && ModelCode.PlaceOf(cause) is { } place ? $" It failed {place}." : "";

    // Assemblies that are missing or do not load are no matter of the disk.
    private static bool IsOfFiles(Exception exception) =>
        exception is UnauthorizedAccessException or IOException and not (FileNotFoundException or FileLoadException);
}
