namespace AbsBuildTasks.Workers;

/// <summary>What an exit code says about how a process ended.</summary>
internal static class ExitWords
{
    // What shells, and .NET for a process that it has started, add to the number of the signal that ended a process.
    private const int Signal = 128;
    private const int Signals = 64;

    private const string Aborted = "its process was aborted, as .NET and native code do after a failure that nothing catches";
    private const string Crashed = "its process crashed in native code";
    private const string Stopped = "its process was told to stop";

    /// <summary>Says it, or no more than that the process ended.</summary>
    /// <param name="exitCode">The exit code, of whichever operating system.</param>
    public static string Of(int exitCode) => exitCode switch
    {
        0 => "its process ended as if nothing was wrong, without a word: the model project's code may have ended it",
        Signal + 4 => "its process came upon a machine instruction that this processor does not have",
        Signal + 6 => Aborted,
        Signal + 7 or Signal + 11 => Crashed,
        Signal + 8 => "its process divided an integer by zero in native code",
        Signal + 9 => "its process was killed, by the system if memory ran out, or by hand; free memory or lower BatchSize",
        Signal + 1 or Signal + 2 or Signal + 15 => Stopped,
        > Signal and <= Signal + Signals => FormattableString.Invariant($"its process was ended by signal {exitCode - Signal}"),
        unchecked((int)0xC0000005) => Crashed,
        unchecked((int)0xC00000FD) => "its process overflowed the stack, as endless recursion does",
        unchecked((int)0xC0000017) => "its process ran out of memory; free memory or lower BatchSize",
        unchecked((int)0xC0000409) or unchecked((int)0x80131506) or unchecked((int)0xE0434352) or 3 => Aborted,
        unchecked((int)0xC000001D) => "its process came upon a machine instruction that this processor does not have",
        unchecked((int)0xC000013A) => Stopped,
        _ => "its process ended",
    };
}
