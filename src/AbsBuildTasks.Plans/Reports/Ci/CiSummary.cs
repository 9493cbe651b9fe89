using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;

namespace AbsBuildTasks.Plans.Reports.Ci;

/// <summary>Puts Markdown where the build server shows it: GitHub Actions, Azure Pipelines, GitLab.</summary>
/// <param name="variable">The value of an environment variable, or null.</param>
public sealed class CiSummary(Func<string, string?> variable)
{
    /// <summary>The folder below GitLab's project folder that summaries go to; a job keeps it as an artifact.</summary>
    public const string GitLabFolder = "abs-summary";

    // GitHub shows no more of a step.
    private const int GitHubLimit = 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Whether this process runs on a build server that shows summaries.</summary>
    public bool IsShown => Server != CiServer.None;

    private CiServer Server =>
        Value("GITHUB_STEP_SUMMARY") is not null ? CiServer.GitHub
        : IsTrue("TF_BUILD") ? CiServer.Azure
        : IsTrue("GITLAB_CI") && Value("CI_PROJECT_DIR") is not null ? CiServer.GitLab
        : CiServer.None;

    /// <summary>The summaries of the server that this process runs on.</summary>
    public static CiSummary FromEnvironment() => new(Environment.GetEnvironmentVariable);

    /// <summary>Publishes a summary; the same one in the same step just once.</summary>
    /// <param name="name">What it is about, as a file name: the project's and the model's name.</param>
    /// <param name="markdown">The summary.</param>
    /// <param name="folder">A folder for a file that the server reads at the end of the step.</param>
    /// <returns>A line that is to be printed as it is, or null.</returns>
    /// <exception cref="AbsException">ABS4005: it cannot be written.</exception>
    public string? Publish(string name, string markdown, string folder)
    {
        try
        {
            switch (Server)
            {
                case CiServer.GitHub:
                    Append(Value("GITHUB_STEP_SUMMARY")!, name, markdown);
                    return null;
                case CiServer.Azure:
                    var file = Path.Combine(folder, name + ".summary.md");
                    AtomicFile.Write(file, Utf8.GetBytes(markdown));
                    return $"##vso[task.uploadsummary]{AzureValue(Path.GetFullPath(file))}";
                case CiServer.GitLab:
                    AtomicFile.Write(Path.Combine(Value("CI_PROJECT_DIR")!, GitLabFolder, name + ".md"), Utf8.GetBytes(markdown));
                    return null;
                default:
                    return null;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AbsException(AbsCodes.SummaryNotWritten, $"The summary of {Printable.Escape(name)} cannot be written: {Printable.Escape(error.Message)} Set AbsSummary=off to do without.", error);
        }
    }

    private static void Append(string file, string name, string markdown)
    {
        // The mark is the content's hash: a target that runs again in the step adds nothing.
        using var content = new MemoryStream(Utf8.GetBytes($"{name}\n{markdown}"));
        var mark = $"<!-- abs-summary {ContentHash.Of(content)} -->";
        var before = File.Exists(file) ? File.ReadAllText(file) : "";
        if (before.Contains(mark))
        {
            return;
        }

        var addition = Utf8.GetBytes($"{(before.Length == 0 || before.EndsWith("\n", StringComparison.Ordinal) ? "" : "\n")}{mark}\n\n{markdown}\n");
        if (Utf8.GetByteCount(before) + addition.Length > GitHubLimit)
        {
            throw new AbsException(AbsCodes.SummaryNotWritten, $"The summary of {Printable.Escape(name)} is left out: GitHub shows at most 1 MiB of a step, and this one's is full. Build fewer projects in a step, or set AbsSummary=off.");
        }

        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(addition, 0, addition.Length);
    }

    // As the agent decodes a command's data.
    private static string AzureValue(string text) => text
        .Replace("%", "%AZP25")
        .Replace("\r", "%0D")
        .Replace("\n", "%0A");

    private bool IsTrue(string name) => string.Equals(Value(name), "true", StringComparison.OrdinalIgnoreCase);

    private string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;
}
