using AbsBuildTasks.Cake.Output;
using AbsBuildTasks.Plans.Files;
using Cake.Common.Tools.DotNet;

namespace AbsBuildTasks.Cake.Targets;

/// <summary>Runs a target of the AbsBuildTasks package in <c>dotnet build</c>.</summary>
/// <param name="fileSystem">The file system.</param>
/// <param name="environment">The environment.</param>
/// <param name="processRunner">Starts <c>dotnet</c>.</param>
/// <param name="tools">Finds <c>dotnet</c>.</param>
/// <param name="log">Shows what the build prints.</param>
/// <example>
/// <code>
/// var runner = new AbsTargetRunner(context.FileSystem, context.Environment, context.ProcessRunner, context.Tools, context.Log);
/// runner.Run("./src/Models/Models.csproj", new AbsSearchSettings { Configuration = "Release" });
/// </code>
/// </example>
public sealed class AbsTargetRunner(IFileSystem fileSystem, ICakeEnvironment environment, IProcessRunner processRunner, IToolLocator tools, ICakeLog log)
    : DotNetTool<AbsTargetSettings>(fileSystem, environment, processRunner, new FullPathTools(tools, fileSystem, environment))
{
    private readonly ICakeEnvironment _environment = environment;

    /// <summary>Runs the target that the settings are for.</summary>
    /// <param name="project">The project file or its folder; relative to the working folder.</param>
    /// <param name="settings">What the target is told.</param>
    /// <exception cref="CakeException">The build failed; with the errors of AbsBuildTasks that it reported, codes first.</exception>
    public void Run(FilePath project, AbsTargetSettings settings)
    {
        ArgumentNullException.ThrowIfNull(project);
        ArgumentNullException.ThrowIfNull(settings);
        new ShownOutput(settings.Target, log).Watch(process => RunCommand(settings, Arguments(project, settings), process, ShownOutput.Drain(settings)));
    }

    private ProcessArgumentBuilder Arguments(FilePath project, AbsTargetSettings settings)
    {
        var arguments = CreateArgumentBuilder(settings);
        arguments.Append("build");
        arguments.Append(CommandLine.Quoted(project.MakeAbsolute(_environment).FullPath));
        arguments.Append("-t:" + settings.Target);
        // The terminal logger, where a variable turns it on, shows neither progress nor table.
        arguments.Append("-tl:off");
        if (settings.Configuration is not null)
        {
            arguments.Append(PropertyText.Option("--configuration", settings.Configuration));
        }

        if (settings.Framework is not null)
        {
            arguments.Append(PropertyText.Option("--framework", settings.Framework));
        }

        if (settings.NoRestore == true)
        {
            arguments.Append("--no-restore");
        }

        foreach (var (name, value) in Properties(settings))
        {
            arguments.Append(PropertyText.Switch(name, value));
        }

        return arguments;
    }

    private IEnumerable<(string Name, string Value)> Properties(AbsTargetSettings settings) => settings.PackageProperties(_environment)
        .Where(property => property.Value is not null && !settings.Properties.ContainsKey(property.Name))
        .Select(property => (property.Name, property.Value!))
        .Concat(settings.Properties.Select(property => (property.Key, property.Value)));
}
