using AbsBuildTasks.Plans.Errors;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Tasks;

/// <summary>What the tasks have in common: every failure becomes exactly one error with a code.</summary>
public abstract class AbsTask : Microsoft.Build.Utilities.Task
{
    /// <summary>Full path of the project that is built; errors point at it where nothing better is known.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary>Whether there was a warning, which the next build is to repeat.</summary>
    [Output]
    public bool HasWarned { get; private set; }

    /// <summary>Full path of the project's folder.</summary>
    protected string ProjectDirectory => Path.GetDirectoryName(ProjectFile)!;

    /// <inheritdoc />
    public sealed override bool Execute()
    {
        try
        {
            Run();
        }
        catch (AbsException exception)
        {
            LogError(exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogError(AbsCodes.FileAccess, ProjectFile, $"{OneLine(exception.Message)} Free the file, the folder or disk space, and build again.");
        }
#pragma warning disable CA1031 // Whatever else happens is a defect, and MSBuild would print a stack trace instead of a line.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogError(AbsCodes.Defect, ProjectFile, $"{exception.GetType().Name}: {OneLine(exception.Message)} This is a defect of AbsBuildTasks; please report it with the build's detailed log.");
            Log.LogMessage(MessageImportance.Low, exception.ToString());
        }

        return !Log.HasLoggedErrors;
    }

    /// <summary>Does the work.</summary>
    /// <exception cref="AbsException">It cannot be done.</exception>
    protected abstract void Run();

    /// <summary>Logs a failure at its place in a file, or else against the project.</summary>
    internal void LogError(AbsException exception)
    {
        if (exception.Place is { } place)
        {
            LogError(exception.Code, place.File, exception.Detail, place.Line, place.Column);
        }
        else
        {
            LogError(exception.Code, ProjectFile, exception.Message);
        }
    }

    /// <summary>Logs an error at a place in a file.</summary>
    internal void LogError(string code, string file, string message, int line = 0, int column = 0) =>
        Log.LogError(null, code, null, file, line, column, 0, 0, "{0}", message);

    /// <summary>Logs a warning against a file, by default the project.</summary>
    internal void LogWarning(string code, string message, string? file = null)
    {
        HasWarned = true;
        Log.LogWarning(null, code, null, file ?? ProjectFile, 0, 0, 0, 0, "{0}", message);
    }

    /// <summary>Prints a line that is there to be read.</summary>
    internal void Print(string line) => Log.LogMessage(MessageImportance.High, "{0}", line);

    /// <summary>Prints the lines of a text.</summary>
    internal void PrintLines(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            Print(line);
        }
    }

    private static string OneLine(string text) => string.Join(" ", text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
