using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Output;

/// <summary>Turns every failure into one line with a code.</summary>
internal static class Failures
{
    /// <summary>Runs a command.</summary>
    /// <param name="host">What the command runs in.</param>
    /// <param name="failure">The exit code of a failure.</param>
    /// <param name="run">The command; returns its exit code.</param>
    public static int Guard(CommandHost host, int failure, Func<int> run)
    {
        try
        {
            return run();
        }
        catch (AbsException exception)
        {
            Report(host, exception.Code, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(host, AbsCodes.FileAccess, $"{Printable.Escape(exception.Message)} Free the file or folder, and try again.");
        }
#pragma warning disable CA1031 // Whatever else happens is a defect, and a stack trace helps nobody who cannot mend it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Report(host, AbsCodes.Defect, $"{exception.GetType().Name}: {Printable.Escape(exception.Message)} This is a defect of AbsBuildTasks; please report it with the command line.");
        }

        return failure;
    }

    /// <summary>Writes a failure's line.</summary>
    public static void Report(CommandHost host, string code, string message) => host.Error.WriteLine($"error {code}: {Shown(message)}");

    /// <summary>Writes a line of something that did not keep the command from going on.</summary>
    public static void Warn(CommandHost host, string code, string message) => host.Error.WriteLine($"warning {code}: {Shown(message)}");

    // Whatever a message quotes: it stays one line, gives no orders to a build server, and tells no password.
    private static string Shown(string message) => Printable.Line(AddressText.WithoutUser(message));
}
