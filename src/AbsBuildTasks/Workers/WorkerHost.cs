using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Workers;

/// <summary>The program that runs the worker.</summary>
internal static class WorkerHost
{
    /// <summary>Its full path.</summary>
    /// <param name="program">As MSBuild knows it.</param>
    /// <param name="variable">Gives a variable of the environment; null or empty where it is not set.</param>
    /// <exception cref="AbsException">ABS3004: it has none.</exception>
    public static string Of(string program, Func<string, string?> variable) =>
        ProgramFile.IsFull(program) ? program
        : program == "dotnet" && ProgramFile.Find(program, variable("PATH")) is { } found ? found
        : throw new AbsException(AbsCodes.WorkerFailed, $"The program '{Printable.Escape(program)}', which is to search, has no full path, and is in no folder that PATH names by its full path. Install the .NET SDK, or set DOTNET_HOST_PATH to the full path of its dotnet program.");
}
