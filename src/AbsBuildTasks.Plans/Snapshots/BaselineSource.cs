using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Git;
using AbsBuildTasks.Plans.Settings.Kinds;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Snapshots;

/// <summary>Where the plans of a release lie: in a folder, or in a commit that git has.</summary>
internal sealed class BaselineSource
{
    private const string Error = "error";
    private const string Warn = "warn";
    private const string Built = ".plan.json";

    private readonly string _name;
    private readonly string? _folder;
    private readonly string _snapshots;
    private readonly SnapshotTolerances _tolerances;
    private readonly string _toleranceText;
    private readonly bool _fails;
    private GitRepository? _repository;
    private string? _commit;

    private BaselineSource(string name, string? folder, string snapshots, string tolerance, bool fails)
    {
        (_name, _folder, _snapshots, _toleranceText, _fails) = (name, folder, snapshots, tolerance, fails);
        _tolerances = SnapshotTolerances.Parse(tolerance);
    }

    /// <summary>Reads the settings of a project, and finds the release.</summary>
    /// <param name="name">A folder, or what git takes for a commit: a tag, a branch or a hash. Empty for none.</param>
    /// <param name="tolerance">How much worse plans may be than the release's.</param>
    /// <param name="mode"><c>error</c> or <c>warn</c>.</param>
    /// <param name="projectDirectory">Full path of the project's folder, which a folder is relative to.</param>
    /// <param name="snapshots">The folder of the snapshots, which a commit has at the same place.</param>
    /// <returns>Null where there is no release to compare with.</returns>
    /// <exception cref="AbsException">ABS1005: tolerance or mode cannot be read. ABS4026: there is neither such a folder nor such a commit.</exception>
    public static BaselineSource? Read(string name, string tolerance, string mode, string projectDirectory, string snapshots)
    {
        var fails = Choice.Of("AbsBaselineMode", mode, Error, Warn) == Error;
        var full = Path.GetFullPath(Path.Combine(projectDirectory, snapshots));
        var folder = name.Length > 0 && Path.Combine(projectDirectory, name) is var path && Directory.Exists(path) ? path : null;
        var source = new BaselineSource(name, folder, full, tolerance, fails);
        if (name.Length == 0)
        {
            return null;
        }

        source.Find(projectDirectory);
        return source;
    }

    /// <summary>What a model's plans are judged by; null where the release does not have the model.</summary>
    /// <param name="model">The model's name.</param>
    /// <exception cref="AbsException">ABS4003: the release's plan is none. ABS4006: git does not have its content.</exception>
    public BaselineRule? RuleOf(string model)
    {
        var snapshot = new SnapshotPaths(_folder ?? _snapshots, model).Verified;
        if (_folder is not null)
        {
            return new[] { snapshot, Path.Combine(_folder, model + Built) }.FirstOrDefault(File.Exists) is { } file ? Rule(PlanFile.Read(file).Plan, _name) : null;
        }

        return Directory.Exists(_snapshots) && CommittedPlan.Find(_repository!, _commit!, _repository!.Prefix + Path.GetFileName(snapshot)) is { } committed
            ? Rule(committed.Plan, $"{_name}, {GitBase.Short(_commit!)}")
            : null;
    }

    private BaselineRule Rule(CompressionPlan plan, string reference) => new(plan, Printable.Escape(reference), _tolerances, _toleranceText, _fails);

    private void Find(string projectDirectory)
    {
        if (_folder is not null)
        {
            return;
        }

        try
        {
            _repository = GitRepository.Of(Directory.Exists(_snapshots) ? _snapshots : projectDirectory);
            _commit = _repository.Commit(_name);
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.GitBaseUnavailable)
        {
            throw new AbsException(AbsCodes.BaselineUnavailable, $"AbsBaseline=\"{Printable.Escape(_name)}\" is no folder, nor a commit that git has here. A build server may not have the tag: fetch it (git fetch origin tag NAME), or name a folder with the release's plans.", exception);
        }
    }
}
