using AbsBuildTasks.Plans.Cost;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;

namespace AbsBuildTasks.Models;

/// <summary>The latency table of a model.</summary>
/// <remarks>
/// A table takes part where the item names one, or where a budget or a point of the sweep limits latency. One that merely
/// lies there does not: writing it would lead to a new search of a plan that has nothing to do with it.
/// </remarks>
/// <param name="File">The file.</param>
/// <param name="Text">The table in its one spelling, whatever the file's line ends.</param>
internal sealed record ModelLatency(InputFile File, string Text)
{
    /// <summary>Finds and reads the table; null where latency is no cost.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="stated">What the item says; null for nothing.</param>
    /// <param name="settings">Its budgets.</param>
    /// <param name="projectDirectory">Full path of the project's folder.</param>
    /// <param name="snapshotDirectory">The folder of the snapshots, from there.</param>
    /// <exception cref="AbsException">ABS1041: there is none. ABS1042: it cannot be read. ABS1043: it is of layers in another form than the target's.</exception>
    public static ModelLatency? Of(string model, string? stated, SearchSettings settings, string projectDirectory, string snapshotDirectory)
    {
        if (stated is not null)
        {
            return Read(InputFile.At(stated, projectDirectory), settings.DeployTarget)
                ?? throw new AbsException(AbsCodes.LatencyTableMissing, $"LatencyTable=\"{stated}\" does not exist in the project's folder; add it, correct the path, or write it with 'abs profile'.");
        }

        if (settings.Sweep.Prepend(settings.Budget).FirstOrDefault(budget => budget.Limits[CostKind.Latency].IsSet) is not { } limiting)
        {
            return null;
        }

        var usual = Usual(model, projectDirectory, snapshotDirectory);
        return Read(usual, settings.DeployTarget)
            ?? throw new AbsException(AbsCodes.LatencyTableMissing, $"the budget \"{limiting}\" limits latency, and there is no table of measured times at {usual.Name}. Run 'abs profile' on the machine that will run the model, and commit the table; or name another table with LatencyTable.");
    }

    /// <summary>Where a model's table lies where nothing else is said.</summary>
    public static InputFile Usual(string model, string projectDirectory, string snapshotDirectory) =>
        InputFile.At(Path.Combine(snapshotDirectory, model + LatencyTable.Suffix), projectDirectory);

    private static ModelLatency? Read(InputFile file, Target target)
    {
        if (!System.IO.File.Exists(file.FullPath))
        {
            return null;
        }

        var table = LatencyFile.Read(file.FullPath, file.Name);
        return table.InputMultiple == target.InputMultiple
            ? new(file, LatencyJson.Write(table))
            : throw new AbsException(AbsCodes.LatencyUnknown, FormattableString.Invariant(
                $"No time is known: {file.Name} is of layers that take {table.InputMultiple} input channels at a time, and DeployTarget=\"{target.Name}\" takes {target.InputMultiple}: layers of few channels have another form there. Run 'abs profile' again, and commit the table."));
    }
}
