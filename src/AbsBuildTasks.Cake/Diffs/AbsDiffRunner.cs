using AbsBuildTasks.Cake.Output;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.Cake.Diffs;

/// <summary>Runs <c>abs diff</c>.</summary>
/// <param name="fileSystem">The file system.</param>
/// <param name="environment">The environment.</param>
/// <param name="processRunner">Starts the command.</param>
/// <param name="tools">Finds the command.</param>
/// <param name="log">Shows what the command prints.</param>
/// <example>
/// <code>
/// var runner = new AbsDiffRunner(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools, context.Log);
/// var differs = runner.Run("./before.plan.json", "./after.plan.json", new AbsDiffSettings());
/// </code>
/// </example>
public sealed class AbsDiffRunner(IFileSystem fileSystem, ICakeEnvironment environment, IProcessRunner processRunner, IToolLocator tools, ICakeLog log)
    : Tool<AbsDiffSettings>(fileSystem, environment, processRunner, new FullPathTools(tools, fileSystem, environment))
{
    // The exit code of a comparison that found something.
    private const int Differs = 1;

    private static readonly string[] Command = ["abs", "abs.exe"];
    private static readonly string[] DotNet = ["dotnet", "dotnet.exe"];

    private readonly ICakeEnvironment _environment = environment;
    private readonly FullPathTools _tools = new(tools, fileSystem, environment);

    /// <summary>Compares two plans or folders of plans, or one with its snapshot or with <see cref="AbsDiffSettings.Base"/>.</summary>
    /// <param name="plan">The plan or folder; relative to the working folder.</param>
    /// <param name="other">What it became, or null.</param>
    /// <param name="settings">How they are compared.</param>
    /// <returns>Whether something differs. Also true where the command failed and <see cref="ToolSettings.HandleExitCode"/> lets that pass: what was not compared does not count as the same.</returns>
    /// <exception cref="CakeException">The command is not to be found, or failed; with the error it reported, code first.</exception>
    public bool Run(FilePath plan, FilePath? other, AbsDiffSettings settings)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(settings);
        var output = new ShownOutput("AbsDiff", log);
        var exitCode = 0;
        output.Watch(process => Run(settings, Arguments(plan, other, settings), process, ended =>
        {
            ShownOutput.Drain(settings)(ended);
            exitCode = ended.GetExitCode();
        }));

        // A difference is nothing to complain about: this is dotnet without the tool.
        return exitCode == Differs && output.Complaint is { } complaint
            ? throw new CakeException(exitCode, $"AbsDiff: {complaint}")
            : exitCode != 0;
    }

    /// <inheritdoc/>
    protected override void ProcessExitCode(int exitCode)
    {
        if (exitCode != Differs)
        {
            base.ProcessExitCode(exitCode);
        }
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

        arguments.Append("diff").Append(CommandLine.Quoted(plan.MakeAbsolute(_environment).FullPath));
        if (other is not null)
        {
            arguments.Append(CommandLine.Quoted(other.MakeAbsolute(_environment).FullPath));
        }

        if (settings.Base is not null)
        {
            // One argument: a value that begins with a dash must be no option.
            arguments.Append(CommandLine.Quoted("--base=" + settings.Base));
        }

        if (settings.Format is not null)
        {
            arguments.Append("--format").Append(settings.Format.Value.ToString().ToLowerInvariant());
        }

        if (settings.Output is not null)
        {
            arguments.Append("--output").Append(CommandLine.Quoted(settings.Output.MakeAbsolute(_environment).FullPath));
        }

        return arguments;
    }
}
