using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Models;

/// <summary>The delivered weights of an earlier plan that an item's <c>WarmStart</c> names.</summary>
internal static class WarmStartItem
{
    /// <summary>Finds the file.</summary>
    /// <param name="path">As the item has it.</param>
    /// <param name="checkpoint">The item's <c>Checkpoint</c>, or null.</param>
    /// <param name="projectDirectory">Full path of the project's folder.</param>
    /// <param name="outputFolders">Folders whose files builds replace.</param>
    /// <exception cref="AbsException">ABS1005: there is a checkpoint as well. ABS3022: the file does not exist, or builds replace it.</exception>
    public static InputFile Read(string path, string? checkpoint, string projectDirectory, IEnumerable<string> outputFolders)
    {
        if (checkpoint is not null)
        {
            throw new AbsException(AbsCodes.InvalidSetting, "it has a Checkpoint and a WarmStart; state one of them.");
        }

        var file = InputFile.At(path, projectDirectory);
        if (!File.Exists(file.FullPath))
        {
            throw new AbsException(AbsCodes.InvalidWarmStart, $"WarmStart=\"{Printable.Escape(path)}\" does not exist; it is the .weights.zip of an earlier plan, copied to a folder that you commit.");
        }

        // Its own result would be its input, which each build changes.
        return new OutputFolders(projectDirectory, outputFolders).Hold(file.FullPath)
            ? throw new AbsException(AbsCodes.InvalidWarmStart, $"WarmStart=\"{Printable.Escape(path)}\" is in a folder that builds write to, so each build would start from another file; copy it to a folder that you commit, such as AbsPlans.")
            : file;
    }
}
