using AbsBuildTasks.Cake.Output;

namespace AbsBuildTasks.Cake.Diffs;

/// <summary>Runs <c>abs diff</c>.</summary>
/// <param name="fileSystem">The file system.</param>
/// <param name="environment">The environment.</param>
/// <param name="processRunner">Starts the command.</param>
/// <param name="tools">Finds the command.</param>
/// <param name="log">Shows what the command prints.</param>
public sealed class AbsDiffRunner(IFileSystem fileSystem, ICakeEnvironment environment, IProcessRunner processRunner, IToolLocator tools, ICakeLog log)
    : Tool<AbsDiffSettings>(fileSystem, environment, processRunner, tools)
{
    private static readonly string[] Command = ["abs", "abs.exe"];
    private static readonly string[] DotNet = ["dotnet", "dotnet.exe"];

    private readonly ICakeEnvironment _environment = environment;
    private readonly IToolLocator _tools = tools;

    /// <summary>Compares two plans, or one with the same file at <see cref="AbsDiffSettings.Base"/>.</summary>
    /// <param name="plan">The plan; relative to the working folder.</param>
    /// <param name="other">The plan that it became, or null to compare with the base.</param>
    /// <param name="settings">How they are compared.</param>
    /// <exception cref="CakeException">The command is not to be found, or failed; with the error it reported, code first.</exception>
    public void Run(FilePath plan, FilePath? other, AbsDiffSettings settings)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(settings);
        new ShownOutput("AbsDiff", log).Watch(process => Run(settings, Arguments(plan, other, settings), process, ShownOutput.Drain(settings)));
    }

    /// <inheritdoc/>
    protected override string GetToolName() => "abs";

    /// <inheritdoc/>
    protected override IEnumerable<string> GetToolExecutableNames() => Command;

    /// <inheritdoc/>
    protected override IEnumerable<string> GetToolExecutableNames(AbsDiffSettings settings) => IsLocalTool(settings) ? DotNet : Command;

    private bool IsLocalTool(AbsDiffSettings settings) => settings.ToolPath is null && _tools.Resolve(Command) is null;

    private ProcessArgumentBuilder Arguments(FilePath plan, FilePath? other, AbsDiffSettings settings)
    {
        var arguments = new ProcessArgumentBuilder();
        if (IsLocalTool(settings))
        {
            arguments.Append("tool run abs --");
        }

        arguments.Append("diff").AppendQuoted(plan.MakeAbsolute(_environment).FullPath);
        if (other is not null)
        {
            arguments.AppendQuoted(other.MakeAbsolute(_environment).FullPath);
        }

        if (settings.Base is not null)
        {
            arguments.Append("--base").AppendQuoted(settings.Base);
        }

        if (settings.Format is not null)
        {
            arguments.Append("--format").Append(settings.Format.Value.ToString().ToLowerInvariant());
        }

        if (settings.Output is not null)
        {
            arguments.Append("--output").AppendQuoted(settings.Output.MakeAbsolute(_environment).FullPath);
        }

        return arguments;
    }
}
