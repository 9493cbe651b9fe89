using System.CommandLine;

namespace AbsBuildTasks.Cli.Commands;

/// <summary>A command whose help shows how it is used.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it does, a sentence.</param>
/// <param name="examples">Whole command lines.</param>
internal sealed class ExampleCommand(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}
