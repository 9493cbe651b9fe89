using AbsBuildTasks.Cli.Comparing;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Building;

/// <summary>Finds the project of a plan: that of the nearest folder above it.</summary>
internal static class ProfiledProject
{
    private const string PlanEnding = ".json";

    /// <summary>Reads an argument that names a project or a plan.</summary>
    /// <returns>The project, and the plan's model where it was a plan.</returns>
    /// <exception cref="AbsException">ABS4003: no plan. ABS4007: the file is not there, or no project is above it.</exception>
    public static (string Project, string? Model) Of(string argument)
    {
        if (!argument.EndsWith(PlanEnding, StringComparison.OrdinalIgnoreCase))
        {
            return (argument, null);
        }

        var file = PlanPaths.RequireFile(argument);
        var model = ModelName.Validate(PlanFile.Read(file).Plan.Model);
        for (var folder = Path.GetDirectoryName(Path.GetFullPath(file)); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.EnumerateFiles(folder, "*proj").FirstOrDefault(path => Path.GetExtension(path) is ".csproj" or ".fsproj" or ".vbproj") is { } project)
            {
                return (project, model);
            }
        }

        throw new AbsException(AbsCodes.PlanNotFound, $"No project is in a folder above '{Printable.Escape(file)}'; name the project instead.");
    }
}
