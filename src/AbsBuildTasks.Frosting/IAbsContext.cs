using AbsBuildTasks.Cake.Diffs;
using AbsBuildTasks.Cake.Targets;
using Cake.Core;
using Cake.Core.IO;

namespace AbsBuildTasks.Frosting;

/// <summary>What the tasks of this library ask of a build's context. Frosting skips them, with a warning, where the context does not implement it.</summary>
/// <example>
/// <code>
/// public sealed class BuildContext(ICakeContext context) : FrostingContext(context), IAbsContext
/// {
///     public IEnumerable&lt;FilePath&gt; ModelProjects =&gt; ["src/Models/Models.csproj"];
/// }
/// </code>
/// </example>
public interface IAbsContext : ICakeContext
{
    /// <summary>Gets the model projects: project files or their folders, relative to the working folder.</summary>
    IEnumerable<FilePath> ModelProjects { get; }

    /// <summary>Gets what <see cref="AbsSearchTask"/> tells the target.</summary>
    AbsSearchSettings SearchSettings => new();

    /// <summary>Gets what <see cref="AbsVerifyPlansTask"/> tells the target.</summary>
    AbsVerifyPlansSettings VerifySettings => new();

    /// <summary>Gets what <see cref="AbsAcceptPlansTask"/> tells the target.</summary>
    AbsAcceptPlansSettings AcceptSettings => new();

    /// <summary>Gets what <see cref="AbsReportTask"/> tells the target.</summary>
    AbsReportSettings ReportSettings => new();

    /// <summary>Gets the snapshots, or folders of them, that <see cref="AbsDiffTask"/> compares with a git reference: the folders of <see cref="ModelProjects"/> where not implemented.</summary>
    IEnumerable<FilePath> DiffPlans => ModelProjects.Select(project => project.FullPath.EndsWith("proj", StringComparison.OrdinalIgnoreCase) ? project.GetDirectory().FullPath : project.FullPath).Select(folder => new FilePath(folder.Length > 0 ? folder : "."));

    /// <summary>Gets how <see cref="AbsDiffTask"/> compares: with the main branch where not implemented.</summary>
    AbsDiffSettings DiffSettings => new();
}
