using System.Text;

namespace AbsBuildTasks.Plans.Git;

/// <summary>How a git command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">What it said of an error.</param>
internal sealed record GitAnswer(int ExitCode, byte[] Output, string Error)
{
    /// <summary>The output as text without the last line's end.</summary>
    public string Text => Encoding.UTF8.GetString(Output).TrimEnd('\n', '\r');

    /// <summary>Whether the command succeeded.</summary>
    public bool IsGood => ExitCode == 0;
}
