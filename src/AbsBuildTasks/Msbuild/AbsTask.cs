using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Msbuild;

/// <summary>What the tasks have in common: every failure becomes exactly one error with a code.</summary>
public abstract class AbsTask : Microsoft.Build.Utilities.Task
{
    private readonly HashSet<(string Code, string Message)> _warnings = [];

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
#pragma warning disable CA1031 // Each becomes an error.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailure(exception);
        }

        return !Log.HasLoggedErrors;
    }

    /// <summary>Does the work.</summary>
    /// <exception cref="AbsException">It cannot be done.</exception>
    protected abstract void Run();

    /// <summary>Logs whatever ended a work.</summary>
    private protected void LogFailure(Exception failure)
    {
        switch (failure)
        {
            case AbsException exception:
                LogError(exception);
                break;
            case IOException or UnauthorizedAccessException:
                LogError(AbsCodes.FileAccess, ProjectFile, $"{OneLine(failure.Message)} Free the file, the folder or disk space, and build again.");
                break;
            case OperationCanceledException:
                LogError(AbsCodes.Cancelled, ProjectFile, "The build was cancelled.");
                break;
            default:
                // A defect, of which MSBuild would print a stack trace instead of a line.
                LogError(AbsCodes.Defect, ProjectFile, $"{failure.GetType().Name}: {OneLine(failure.Message)} This is a defect of AbsBuildTasks; please report it with the build's detailed log.");
                Log.LogMessage(MessageImportance.Low, "{0}", AddressText.WithoutUser(failure.ToString()));
                break;
        }
    }

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
        Log.LogError(null, code, null, Printable.Line(file), line, column, 0, 0, "{0}", Shown(message));

    /// <summary>Logs a warning that another part of this task may have logged already. Any thread may call it.</summary>
    internal void LogWarningOnce(string code, string message)
    {
        lock (_warnings)
        {
            if (!_warnings.Contains((code, message)))
            {
                LogWarning(code, message);
            }
        }
    }

    /// <summary>Logs a warning against a file, by default the project.</summary>
    internal void LogWarning(string code, string message, string? file = null)
    {
        HasWarned = true;
        WriteWarning(code, message, file);
    }

    /// <summary>Logs a warning that the build's record is to repeat, unless another part of this task has logged it already.</summary>
    /// <returns>Whether it was logged.</returns>
    internal bool LogRecordedWarningOnce(string code, string message)
    {
        lock (_warnings)
        {
            var isNew = !_warnings.Contains((code, message));
            if (isNew)
            {
                WriteWarning(code, message, ProjectFile);
            }

            return isNew;
        }
    }

    private void WriteWarning(string code, string message, string? file)
    {
        lock (_warnings)
        {
            _ = _warnings.Add((code, message));
        }

        Log.LogWarning(null, code, null, Printable.Line(file ?? ProjectFile), 0, 0, 0, 0, "{0}", Shown(message));
    }

    /// <summary>Prints a line that is there to be read.</summary>
    internal void Print(string line, MessageImportance importance = MessageImportance.High) => Log.LogMessage(importance, "{0}", Shown(line));

    /// <summary>Prints a line that a build server is to obey.</summary>
    internal void PrintCommand(string command) => Log.LogMessage(MessageImportance.High, "{0}", command);

    /// <summary>Passes on a line of another program, for those who ask for more.</summary>
    internal void PrintOutput(string line) => Log.LogMessage(MessageImportance.Normal, "{0}", AddressText.WithoutUser(line));

    /// <summary>Prints the lines of a text.</summary>
    internal void PrintLines(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            Print(line);
        }
    }

    // Whatever a line quotes, such as a path: it stays one line, gives no orders to a build server, and tells no password.
    private static string Shown(string line) => Printable.Line(AddressText.WithoutUser(line));

    private static string OneLine(string text) => string.Join(" ", text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
