using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;
using static System.FormattableString;

namespace AbsBuildTasks.Plans.Reports.Ci;

/// <summary>Shows an error beside the code of a change: GitHub Actions, Azure Pipelines, GitLab.</summary>
/// <param name="variable">The value of an environment variable, or null.</param>
internal sealed class CiAnnotation(Func<string, string?> variable)
{
    /// <summary>The file among GitLab's artifacts that <c>artifacts:reports:codequality</c> is to name.</summary>
    public const string GitLabFile = CiSummary.GitLabFolder + "/codequality.json";

    private readonly CiEnvironment _environment = new(variable);

    /// <summary>The annotations of the server that this process runs on.</summary>
    public static CiAnnotation FromEnvironment() => new(Environment.GetEnvironmentVariable);

    /// <summary>Publishes what is wrong with something, in place of what was wrong with it before.</summary>
    /// <param name="name">What it is, such as the project's and the model's name.</param>
    /// <param name="problem">What is wrong; null where nothing is.</param>
    /// <returns>A line that is to be printed as it is, or null.</returns>
    /// <exception cref="AbsException">ABS4005: it cannot be written.</exception>
    public string? Publish(string name, CiProblem? problem)
    {
        switch (_environment.Server)
        {
            case CiServer.GitHub:
                return problem is null || IsMatched(problem) ? null : CiCommand.GitHub("error", [.. GitHubPlace(problem), new("title", problem.Code)], problem.Message);
            case CiServer.Azure:
                return problem is null ? null : CiCommand.Azure("task.logissue", [new("type", "error"), .. AzurePlace(problem), new("code", problem.Code)], problem.Message);
            case CiServer.GitLab:
                Put(name, problem);
                return null;
            default:
                return null;
        }
    }

    // The action setup-dotnet sets the variable, and lets GitHub find errors in MSBuild's lines, those that have a place.
    private bool IsMatched(CiProblem problem) => problem.Line > 0 && _environment.Value("DOTNET_ROOT") is not null;

    private IEnumerable<KeyValuePair<string, string>> GitHubPlace(CiProblem problem) =>
        [new("file", Below("GITHUB_WORKSPACE", problem.File)), .. Position(problem, "line", "col")];

    private static IEnumerable<KeyValuePair<string, string>> AzurePlace(CiProblem problem) =>
        [new("sourcepath", problem.File), .. Position(problem, "linenumber", "columnnumber")];

    private static IEnumerable<KeyValuePair<string, string>> Position(CiProblem problem, string line, string column) =>
        problem.Line == 0 ? [] : [new(line, Invariant($"{problem.Line}")), new(column, Invariant($"{problem.Column}"))];

    private void Put(string name, CiProblem? problem)
    {
        var file = Path.Combine(_environment.Value("CI_PROJECT_DIR")!, GitLabFile);
        try
        {
            CodeQualityFile.Put(file, ContentHash.Of(name), problem is null ? null : problem with { File = Below("CI_PROJECT_DIR", problem.File), Line = Math.Max(1, problem.Line) });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AbsException(AbsCodes.SummaryNotWritten, $"{GitLabFile} cannot be written: {Printable.Escape(error.Message)} Set AbsSummary=off to do without.", error);
        }
    }

    /// <summary>A path as the server's repository has it.</summary>
    private string Below(string rootVariable, string file)
    {
        var path = file.Replace('\\', '/');
        var root = _environment.Value(rootVariable)?.Replace('\\', '/').TrimEnd('/') + "/";
        return path.StartsWith(root, StringComparison.Ordinal) ? path.Substring(root.Length) : path;
    }
}
