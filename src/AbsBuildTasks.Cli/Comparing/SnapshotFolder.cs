using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Cli.Comparing;

/// <summary>Finds the folder in which a project keeps its snapshots.</summary>
internal static class SnapshotFolder
{
    private const string Usual = "AbsPlans";

    /// <summary>The folder of a model's snapshot; the usual one where it has none yet.</summary>
    /// <param name="project">The project's folder or file, or a folder of snapshots.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="AbsException">ABS4007: there is no such folder. ABS4020: several folders have a snapshot of the model.</exception>
    public static string Of(string project, string model)
    {
        var folder = File.Exists(project) ? Path.GetDirectoryName(Path.GetFullPath(project))! : project;
        if (!Directory.Exists(folder))
        {
            throw new AbsException(AbsCodes.PlanNotFound, $"There is no folder '{Printable.Escape(folder)}'; name the model project, or its folder.");
        }

        string[] snapshots = [.. PlanPaths.In(folder).Where(file => Path.GetFileName(file) == model + PlanPaths.Verified)];
        return snapshots switch
        {
            [] => Path.GetFileName(Path.GetFullPath(folder)) == Usual ? folder : Path.Combine(folder, Usual),
            [var only] => Path.GetDirectoryName(only)!,
            [var first, var second, ..] => throw new AbsException(AbsCodes.AmbiguousPlan, $"'{Printable.Escape(model)}' has two snapshots: '{Printable.Escape(first)}' and '{Printable.Escape(second)}'. Name the project that you mean. No snapshot was changed."),
        };
    }
}
