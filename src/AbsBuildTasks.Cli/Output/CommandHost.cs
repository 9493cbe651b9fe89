namespace AbsBuildTasks.Cli.Output;

/// <summary>What commands run in: streams, environment and folder.</summary>
internal sealed class CommandHost
{
    /// <summary>Receives what a command is asked for.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <summary>Receives errors and asides.</summary>
    public TextWriter Error { get; init; } = Console.Error;

    /// <summary>Answers questions.</summary>
    public TextReader Input { get; init; } = Console.In;

    /// <summary>The value of an environment variable, or null.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Whether somebody watches the output.</summary>
    public bool IsTerminal { get; init; } = !Console.IsOutputRedirected;

    /// <summary>Whether the output may be coloured and redrawn: a terminal that can, and nobody who asks for plain text (https://no-color.org).</summary>
    public bool IsRich => IsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";
}
