using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Sweeps;

namespace AbsBuildTasks.Plans.Caching;

/// <summary>Holds the files that come out of a cache until all are known to be sound.</summary>
internal sealed class StagingFolder : IDisposable
{
    private readonly string _outputDirectory;

    /// <summary>Makes the folder.</summary>
    /// <param name="outputDirectory">Where the files are to go; created where missing. The folder is inside, so that files can be renamed into place.</param>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    public StagingFolder(string outputDirectory)
    {
        _outputDirectory = outputDirectory;
        Folder = Directory.CreateDirectory(Path.Combine(outputDirectory, $".abs-cache-{Guid.NewGuid():N}")).FullName;
    }

    private string Folder { get; }

    /// <summary>The path of a file of the folder.</summary>
    public string File(string name) => Path.Combine(Folder, name);

    /// <summary>What keeps a file, which is there, from being one of a search; of weights, which are compared with the plan, that must be there, too.</summary>
    /// <param name="name">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="fingerprint">The search's fingerprint.</param>
    /// <returns>Null where it is one, and for those that say nothing of a search; otherwise what is wrong, in some words.</returns>
    public string? ProblemOf(string name, string model, string fingerprint)
    {
        var place = new ResultPlace(Folder, model, fingerprint);
        return ResultFile.Of(name) is { } kind ? kind.Problem(place) ?? kind.SharingProblem(place) : null;
    }

    /// <summary>Moves a model's files to where they are to go, the plan last; they replace others there.</summary>
    /// <param name="model">The model.</param>
    /// <param name="alone">The one file that is meant; null for a plan and what lies beside it.</param>
    /// <exception cref="IOException">A file cannot be moved.</exception>
    public void MoveOut(string model, ResultFile? alone = null)
    {
        foreach (var name in ResultFile.NamesOf(model, alone))
        {
            AtomicFile.MoveOver(File(name), Path.Combine(_outputDirectory, name));
        }
    }

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>What keeps the files from being those of a search.</summary>
    /// <param name="model">The model.</param>
    /// <param name="fingerprint">The search's fingerprint.</param>
    /// <param name="alone">The one file that is meant; null for a plan and what lies beside it.</param>
    /// <returns>Null where they are; otherwise what is wrong, in some words.</returns>
    internal string? Problem(string model, string fingerprint, ResultFile? alone = null)
    {
        var names = ResultFile.NamesOf(model, alone);
        return names.FirstOrDefault(name => !System.IO.File.Exists(File(name))) is { } missing
            ? "it has no " + missing
            : names.Select(name => ProblemOf(name, model, fingerprint)).FirstOrDefault(problem => problem is not null);
    }
}
