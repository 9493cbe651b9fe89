using System.Text;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Reports.Ci;

/// <summary>Puts Markdown where the build server shows it: GitHub Actions, Azure Pipelines, GitLab.</summary>
/// <param name="variable">The value of an environment variable, or null.</param>
/// <param name="remedy">A sentence for messages: how to do without summaries.</param>
internal sealed class CiSummary(Func<string, string?> variable, string remedy)
{
    /// <summary>The folder below GitLab's project folder that summaries go to; a job keeps it as an artifact.</summary>
    public const string GitLabFolder = "abs-summary";

    // GitHub shows no more of a step.
    private const int GitHubLimit = 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly CiEnvironment _environment = new(variable);

    /// <summary>Whether this process runs on a build server that shows summaries.</summary>
    public bool IsShown => _environment.Server != CiServer.None;

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
            switch (_environment.Server)
            {
                case CiServer.GitHub:
                    Append(_environment.Value("GITHUB_STEP_SUMMARY")!, name, markdown);
                    return null;
                case CiServer.Azure:
                    var file = Path.Combine(folder, name + ".summary.md");
                    OwnFolder.RequireNoLink(folder);
                    AtomicFile.Write(file, Utf8.GetBytes(markdown));
                    return CiCommand.Azure("task.uploadsummary", [], Path.GetFullPath(file));
                case CiServer.GitLab:
                    var kept = Path.Combine(_environment.Value("CI_PROJECT_DIR")!, GitLabFolder);
                    OwnFolder.RequireNoLink(kept);
                    AtomicFile.Write(Path.Combine(kept, name + ".md"), Utf8.GetBytes(markdown));
                    return null;
                default:
                    return null;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AbsException(AbsCodes.SummaryNotWritten, $"The summary of {Printable.Escape(name)} cannot be written: {Printable.Escape(error.Message)} {remedy}", error);
        }
    }

    private void Append(string file, string name, string markdown)
    {
        // The mark is the content's hash: a target that runs again in the step adds nothing.
        using var content = new MemoryStream(Utf8.GetBytes($"{name}\n{markdown}"));
        var mark = $"<!-- abs-summary {ContentHash.Of(content)} -->";
        // The runner makes the file in a folder of its own; a link in its place is somebody else's.
        OwnFolder.RequireNoLink(file);
        var before = File.Exists(file) ? OrdinaryFile.ReadTextAtMost(file, GitHubLimit) ?? throw Full(name) : "";
        if (before.Contains(mark))
        {
            return;
        }

        var addition = Utf8.GetBytes($"{(before.Length == 0 || before.EndsWith("\n", StringComparison.Ordinal) ? "" : "\n")}{mark}\n\n{markdown}\n");
        if (Utf8.GetByteCount(before) + addition.Length > GitHubLimit)
        {
            throw Full(name);
        }

        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(addition, 0, addition.Length);
    }

    private AbsException Full(string name) =>
        new(AbsCodes.SummaryNotWritten, $"The summary of {Printable.Escape(name)} is left out: GitHub shows at most 1 MiB of a step, and this one's is full. Do less in one step. {remedy}");
}
