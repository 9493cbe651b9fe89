using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Folders of a project that builds write to. Their names are known before, so that whoever can commit can put links there.</summary>
internal static class OutputFolder
{
    /// <summary>Refuses a folder that leads elsewhere: it is a link, or a folder in it is one.</summary>
    /// <param name="folder">The folder; need not exist. The folders above it are the choice of whoever named it.</param>
    /// <exception cref="AbsException">ABS5031: there is a link.</exception>
    public static void RequireNoLinks(string folder)
    {
        if (OwnFolder.FirstLink(folder) is { } link)
        {
            throw Refused(link);
        }
    }

    /// <summary>Refuses a folder that is itself a link; what is in it does not matter.</summary>
    /// <param name="folder">The folder; need not exist.</param>
    /// <exception cref="AbsException">ABS5031: it is a link.</exception>
    public static void RequireNoLink(string folder)
    {
        if (FileLink.Is(folder))
        {
            throw Refused(folder);
        }
    }

    private static AbsException Refused(string link) =>
        new(AbsCodes.LinkedFolder, $"{Printable.Escape(link)} is a link, and a build writes nothing through one. Remove the link, or name the folder that it leads to.");
}
