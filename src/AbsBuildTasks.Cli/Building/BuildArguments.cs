using System.CommandLine;
using System.CommandLine.Parsing;

namespace AbsBuildTasks.Cli.Building;

/// <summary>The arguments of commands that build: a project, and what follows <c>--</c>.</summary>
internal sealed class BuildArguments
{
    private const string Here = ".";

    private readonly Argument<string?> _project = new("PROJECT")
    {
        Description = "A model project: its file or its folder. Default: the one in the current folder.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Argument<string[]> _more = new("MSBUILD")
    {
        Description = "Arguments for dotnet build, after --.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Adds the arguments to a command.</summary>
    public BuildArguments(Command command)
    {
        command.Add(_project);
        command.Add(_more);
    }

    /// <summary>The project, and what else the build is to be told.</summary>
    public (string Project, IReadOnlyList<string> More) Read(ParseResult parsed)
    {
        var more = parsed.GetValue(_more) ?? [];
        return parsed.GetValue(_project) is not { } project ? (Here, more)
            : IsAfterDashes(parsed) ? (Here, [project, .. more])
            : (project, more);
    }

    // The first argument counts as the project, also where there is none before the dashes.
    private bool IsAfterDashes(ParseResult parsed)
    {
        var project = parsed.GetResult(_project)!.Tokens[0];
        return parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Any(token => ReferenceEquals(token, project));
    }
}
