using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Targets;

namespace AbsBuildTasks.Models;

/// <summary>The file of a target that a model's item names.</summary>
internal static class TargetFile
{
    /// <summary>Finds the file of an item's <c>DeployTarget</c>.</summary>
    /// <param name="text">A target's name, or a path; null for none.</param>
    /// <param name="projectDirectory">What the path is relative to.</param>
    /// <returns>The file; null where the text is a name, or there is no such file.</returns>
    public static InputFile? Find(string? text, string projectDirectory) =>
        text is not null && TargetTable.Find(text) is null && InputFile.At(text, projectDirectory) is var file && File.Exists(file.FullPath) ? file : null;

    /// <summary>Reads the target; a byte order mark is accepted.</summary>
    /// <exception cref="AbsException">ABS1012: the file describes none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Target Read(InputFile file) => OrdinaryFile.ReadTextAtMost(file.FullPath, TargetJson.MaxLength) is { } text
        ? TargetJson.Read(text, file.FullPath)
        : throw TargetJson.TooLong(file.FullPath);
}
