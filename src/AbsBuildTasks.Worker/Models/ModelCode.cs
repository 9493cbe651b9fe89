using System.Diagnostics;
using System.Reflection;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Search;
using TorchSharp;

namespace AbsBuildTasks.Worker.Models;

/// <summary>Tells failures of the model project's code from defects of the search.</summary>
internal static class ModelCode
{
    private static readonly Assembly[] Own = [typeof(IAbsModel).Assembly, typeof(CompressedModel).Assembly, typeof(AbsException).Assembly, typeof(ModelCode).Assembly];

    /// <summary>Names the place in the model project that an exception came from.</summary>
    /// <param name="exception">Thrown while a search ran.</param>
    /// <returns>ABS2004, or null where the exception came from elsewhere.</returns>
    public static AbsException? Failure(Exception exception)
    {
        var cause = Cause(exception);
        return CulpritFrame(cause) is { } frame
            ? new AbsException(AbsCodes.ModelCodeFailed, $"The model project's code failed: {cause.GetType().Name}: {FirstLine(cause)} ({Place(frame)}).", cause)
            : null;
    }

    /// <summary>The place in the model project's code that an exception came from, or null where it came from elsewhere.</summary>
    public static string? PlaceOf(Exception exception) => CulpritFrame(Cause(exception)) is { } frame ? Place(frame) : null;

    /// <summary>What .NET and tasks have wrapped, such as the failure of a static constructor.</summary>
    public static Exception Cause(Exception exception) =>
        exception is TargetInvocationException or TypeInitializationException or AggregateException { InnerExceptions.Count: 1 } && exception.InnerException is { } inner ? Cause(inner) : exception;

    /// <summary>What an exception says, without the native stack trace that torch appends.</summary>
    public static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].Trim().TrimEnd('.');

    /// <summary>The innermost frame that is not of .NET or TorchSharp, where that is the model project's.</summary>
    /// <remarks>
    /// The search's own hooks run inside the network's forward: then their frame comes first, and it is a defect. Unless the
    /// project's code called it itself, and with arguments that it refuses.
    /// </remarks>
    private static StackFrame? CulpritFrame(Exception exception)
    {
        var isOwn = false;
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod()?.DeclaringType is not { } type || IsPlatform(type.Assembly))
            {
                continue;
            }

            if (IsModels(frame))
            {
                return frame;
            }

            // Torch calls the search's hooks, and is called by it.
            isOwn |= type.Assembly != typeof(torch).Assembly;
            if (isOwn && (type.Assembly == typeof(torch).Assembly || !IsRefusal(exception)))
            {
                return null;
            }
        }

        return exception.InnerException is { } inner ? CulpritFrame(inner) : null;
    }

    /// <summary>Whether an exception is what methods throw at arguments such as null or a disposed tensor.</summary>
    private static bool IsRefusal(Exception exception) => exception is ArgumentException or NullReferenceException or InvalidOperationException;

    /// <summary>Whether a frame is the model project's, or that of the contract's defaults, which fail on what the project gave them.</summary>
    private static bool IsModels(StackFrame frame) => frame.GetMethod()?.DeclaringType is { } type
        && (type == typeof(IAbsModel) || (type.Assembly != typeof(torch).Assembly && !IsPlatform(type.Assembly) && Array.IndexOf(Own, type.Assembly) < 0));

    private static bool IsPlatform(Assembly assembly) =>
        assembly.GetName().Name is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal));

    private static string Place(StackFrame frame)
    {
        var method = DiagnosticMethodInfo.Create(frame);
        var place = $"at {method?.DeclaringTypeName}.{method?.Name}";
        return frame.GetFileName() is { } file ? $"{place}, {Path.GetFileName(file)}:{frame.GetFileLineNumber()}" : place;
    }
}
