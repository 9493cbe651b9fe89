using AbsBuildTasks.Plans.Errors;

namespace AbsBuildTasks.Search;

/// <summary>Where a model finds its data files.</summary>
public sealed class ModelContext
{
    private readonly HashSet<string> _dataFiles;

    /// <summary>Creates the context of one search.</summary>
    /// <param name="projectDirectory">The model project's folder.</param>
    /// <param name="dataFiles">Full paths of the files the plan's fingerprint covers.</param>
    public ModelContext(string projectDirectory, IEnumerable<string> dataFiles)
    {
        ProjectDirectory = Path.GetFullPath(projectDirectory);
        _dataFiles = dataFiles.Select(Path.GetFullPath).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Full path of the model project's folder.</summary>
    public string ProjectDirectory { get; }

    /// <summary>The full path of a data file.</summary>
    /// <param name="path">
    /// Relative to the project's folder, or absolute; or the bare name of a data file elsewhere, where just one has it.
    /// </param>
    /// <exception cref="AbsException">
    /// ABS2001: no such file. ABS2002: the item's <c>DataFiles</c> do not name it, so a change of its content would go
    /// unnoticed.
    /// </exception>
    public string DataFile(string path)
    {
        var full = Path.GetFullPath(path, ProjectDirectory);
        if (!File.Exists(full) && _dataFiles.Where(file => Path.GetFileName(file) == path).ToArray() is [var elsewhere])
        {
            full = elsewhere;
        }

        if (!File.Exists(full))
        {
            throw new AbsException(AbsCodes.DataFileMissing, $"Data file '{path}' does not exist in the project's folder; add it, or correct the path the model reads.");
        }

        // The text that is held anyway: there may be millions.
        return _dataFiles.TryGetValue(full, out var held)
            ? held
            : throw new AbsException(AbsCodes.DataFileNotCovered, $"The model reads '{path}', but the AbsModel item's DataFiles do not name it; add it there, so that a change of the file leads to a new search.");
    }
}
