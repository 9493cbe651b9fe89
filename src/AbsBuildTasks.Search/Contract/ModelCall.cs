using System.Runtime.ExceptionServices;
using AbsBuildTasks.Plans.Errors;
using static TorchSharp.torch;
using TargetInvocationException = System.Reflection.TargetInvocationException;

namespace AbsBuildTasks.Search;

/// <summary>Runs the code of a model project, member by member of its contract.</summary>
internal static class ModelCall
{
    private static volatile string? _running;

    /// <summary>The member of a model that runs, for an end of the process in it that leaves no stack.</summary>
    public static string? Running
    {
        get => _running;
        private set => _running = value;
    }

    /// <summary>Runs a member, which must leave gradients switched as they were.</summary>
    /// <param name="member">The member's name.</param>
    /// <param name="run">Calls it.</param>
    public static T Run<T>(string member, Func<T> run)
    {
        var before = is_grad_enabled();
        Running = member;
        T result;
        try
        {
            result = Unwrapped(run);
        }
        finally
        {
            Running = null;
        }

        return is_grad_enabled() == before ? result : throw new AbsException(
            AbsCodes.ModeChanged,
            $"The model project's code leaves gradients switched {(before ? "off" : "on")} after IAbsModel.{member}; {(before ? "write 'using var _ = torch.no_grad();', so that they are on again" : "write 'using var _ = torch.enable_grad();', so that they are off again")} at the end of the method.");
    }

    /// <summary>Lets the failure of a static constructor through, instead of .NET's words that there was one.</summary>
    private static T Unwrapped<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception exception) when (exception is TypeInitializationException or TargetInvocationException)
        {
            var cause = exception;
            while (cause is TypeInitializationException or TargetInvocationException && cause.InnerException is { } inner)
            {
                cause = inner;
            }

            ExceptionDispatchInfo.Throw(cause);
            throw;
        }
    }
}
