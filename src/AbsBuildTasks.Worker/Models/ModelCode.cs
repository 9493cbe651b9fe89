using System.Diagnostics;
using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search;
using TorchSharp;

namespace AbsBuildTasks.Worker.Models;

/// <summary>Tells failures of the model project's code from defects of the search.</summary>
internal static class ModelCode
{
    private static readonly Assembly[] Own = [typeof(IAbsModel).Assembly, typeof(AbsException).Assembly, typeof(ModelCode).Assembly];

    /// <summary>Names the place in the model project that an exception came from.</summary>
    /// <param name="exception">Thrown while a search ran.</param>
    /// <returns>ABS2004, or null where the exception came from elsewhere.</returns>
    public static AbsException? Failure(Exception exception)
    {
        var cause = exception is TargetInvocationException { InnerException: { } inner } ? inner : exception;
        return CulpritFrame(cause) is { } frame
            ? new AbsException(AbsCodes.ModelCodeFailed, $"The model project's code failed: {cause.GetType().Name}: {FirstLine(cause)} ({Place(frame)}).", cause)
            : null;
    }

    /// <summary>What an exception says, without the native stack trace that torch appends.</summary>
    public static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].Trim().TrimEnd('.');

    /// <summary>The innermost frame that is not of .NET or TorchSharp, where that is the model project's.</summary>
    /// <remarks>The search's own hooks run inside the network's forward: then their frame comes first, and it is a defect.</remarks>
    private static StackFrame? CulpritFrame(Exception exception)
    {
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod()?.DeclaringType is not { } type || type.Assembly == typeof(torch).Assembly || IsPlatform(type.Assembly))
            {
                continue;
            }

            // The contract's default loss and metric fail on what the model project gave them.
            return type == typeof(IAbsModel) || Array.IndexOf(Own, type.Assembly) < 0
                ? frame
                : null;
        }

        return exception.InnerException is { } inner ? CulpritFrame(inner) : null;
    }

    private static bool IsPlatform(Assembly assembly) =>
        assembly.GetName().Name is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal));

    private static string Place(StackFrame frame)
    {
        var method = DiagnosticMethodInfo.Create(frame);
        var place = $"at {method?.DeclaringTypeName}.{method?.Name}";
        return frame.GetFileName() is { } file ? $"{place}, {Path.GetFileName(file)}:{frame.GetFileLineNumber()}" : place;
    }
}
