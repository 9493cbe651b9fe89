using System.Runtime.InteropServices;
using System.Text;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Msbuild;

/// <summary>The title of the terminal's window, which says how far a search is: MSBuild's display of a build shows no messages, for as long as a search takes.</summary>
/// <remarks>
/// It is written to the terminal itself, as sequences that move nothing, so that neither MSBuild's display nor redirected
/// output has them. A build in the background writes nothing: that could stop it. Windows has no such terminal.
/// </remarks>
internal sealed class TerminalTitle : IDisposable
{
    private const string Device = "/dev/tty";
    private const string Auto = "auto";
    private const string Off = "off";

    // xterm's, which most terminals understand and the others leave out: keep the title, set it, take the kept one back.
    private const string Keep = "\u001b[22;0t";
    private const string Set = "\u001b]0;";
    private const string End = "\u0007";
    private const string Restore = "\u001b[23;0t";
    private const int Length = 200;

    // ConEmu's, which Windows Terminal, GNOME's terminal and others understand: progress on the taskbar, and none. MSBuild's display writes it, too, if without a number.
    private const string Progress = "\u001b]9;4;1;";
    private const string NoProgress = "\u001b]9;4;0;";

    private readonly Stream _terminal;
    private readonly Func<bool> _isInFront;
    private readonly bool _hasTaskbar;

    /// <summary>Keeps the title that there is.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="isInFront">Whether this process may write there at the moment.</param>
    /// <param name="hasTaskbar">Whether the progress is shown as well.</param>
    internal TerminalTitle(Stream terminal, Func<bool> isInFront, bool hasTaskbar)
    {
        (_terminal, _isInFront, _hasTaskbar) = (terminal, isInFront, hasTaskbar);
        Write(Keep);
    }

    // Terminals of macOS make a message of it that pops up, so MSBuild leaves it out there, too.
    private TerminalTitle(FileStream terminal, bool isAlone)
        : this(terminal, () => ForegroundGroup(terminal.SafeFileHandle.DangerousGetHandle().ToInt32()) == OwnGroup(), isAlone && !RuntimeInformation.IsOSPlatform(OSPlatform.OSX))
    {
    }

    /// <summary>Opens the terminal of the build.</summary>
    /// <param name="setting"><c>AbsTerminalTitle</c>: <c>auto</c> or <c>off</c>.</param>
    /// <param name="isAlone">Whether one search runs at a time: the taskbar cannot show how far several are.</param>
    /// <param name="variable">Gives a variable of the environment; null or empty where it is not set.</param>
    /// <returns>Null where there is none, or it is not to be used.</returns>
    /// <exception cref="Plans.Errors.AbsException">ABS1005: no such word.</exception>
    public static TerminalTitle? TryOpen(string setting, bool isAlone, Func<string, string?> variable)
    {
        if (Read(setting) == Off || RuntimeInformation.IsOSPlatform(OSPlatform.Windows) || !string.IsNullOrEmpty(variable("CI")) || variable("TERM") is null or "" or "dumb")
        {
            return null;
        }

        try
        {
#pragma warning disable CA2000 // The title disposes of it.
            return new(Terminal(), isAlone);
#pragma warning restore CA2000
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // A build without a terminal, such as a service's.
            return null;
        }
    }

    /// <summary>Reads <c>AbsTerminalTitle</c>.</summary>
    /// <exception cref="Plans.Errors.AbsException">ABS1005: no such word.</exception>
    public static string Read(string setting) => Choice.Of("AbsTerminalTitle", setting, Auto, Off);

    /// <summary>Shows a line, and on the taskbar how much is done.</summary>
    /// <param name="line">The line.</param>
    /// <param name="done">What is done, of what there is to do; nothing is shown of it where that is 0.</param>
    public void Show(string line, (int Done, int All) done) => Write(
        Set + Printable.Shorten(line, Length) + End
        + (_hasTaskbar && done.All > 0 ? FormattableString.Invariant($"{Progress}{Math.Min(100, 100 * done.Done / done.All)}{End}") : ""));

    /// <inheritdoc />
    public void Dispose()
    {
        Write((_hasTaskbar ? NoProgress + End : "") + Restore);
        _terminal.Dispose();
    }

    private static FileStream Terminal() => new(Device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1);

    private void Write(string text)
    {
        try
        {
            if (_isInFront())
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                _terminal.Write(bytes, 0, bytes.Length);
                _terminal.Flush();
            }
        }
        catch (IOException)
        {
            // The window was closed; the build goes on.
        }
    }

    [DllImport("libc", EntryPoint = "tcgetpgrp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ForegroundGroup(int terminal);

    [DllImport("libc", EntryPoint = "getpgrp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OwnGroup();
}
