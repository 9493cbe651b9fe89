using System.Text;
using AbsBuildTasks.Plans.Files;

namespace AbsBuildTasks.State;

/// <summary>What the project's <c>obj</c> folder holds for a model: its current plan, and the files beside it.</summary>
/// <remarks>
/// <c>abs/&lt;model&gt;/&lt;fingerprint&gt;/</c> appears by one rename when it is whole, then <c>abs/&lt;model&gt;.current</c>
/// names it. A build that is killed at any moment so leaves the old plan or the new one.
/// </remarks>
internal sealed class ModelState(string stateDirectory, string model)
{
    private const int FolderNameLength = 16;
    private const string TemporaryPrefix = ".tmp-";

    private readonly string _folder = Path.Combine(stateDirectory, model);
    private readonly string _marker = Path.Combine(stateDirectory, model + ".current");

    /// <summary>The files of a plan, in the order in which they are copied about: the plan last.</summary>
    public IReadOnlyList<string> FileNames { get; } = [model + ".weights.zip", model + ".run.json", model + ".plan.json"];

    /// <summary>The files of a fingerprint's plan; whether they exist or not.</summary>
    public IReadOnlyList<string> Files(string fingerprint) => [.. FileNames.Select(name => Path.Combine(Folder(fingerprint), name))];

    /// <summary>The plan's path, whether it exists or not.</summary>
    public string PlanFile(string fingerprint) => Files(fingerprint)[FileNames.Count - 1];

    /// <summary>Whether the plan of a fingerprint is here, whole.</summary>
    public bool Has(string fingerprint) => Files(fingerprint).All(File.Exists);

    /// <summary>The plan of the last build that had one, or null.</summary>
    public string? CurrentPlanFile() =>
        File.Exists(_marker) && PlanFile(File.ReadAllText(_marker).Trim()) is var plan && File.Exists(plan) ? plan : null;

    /// <summary>Makes a folder in which a plan's files can be gathered, and removes what killed builds left of theirs.</summary>
    public string CreateTemporaryFolder()
    {
        if (Directory.Exists(_folder))
        {
            foreach (var stale in Directory.GetDirectories(_folder, TemporaryPrefix + "*"))
            {
                Directory.Delete(stale, recursive: true);
            }
        }

        return Directory.CreateDirectory(Path.Combine(_folder, TemporaryPrefix + Guid.NewGuid().ToString("N"))).FullName;
    }

    /// <summary>Takes over a folder that holds all of a plan's files.</summary>
    /// <param name="temporaryFolder">Made by <see cref="CreateTemporaryFolder"/>.</param>
    /// <param name="fingerprint">The plan's.</param>
    public void Take(string temporaryFolder, string fingerprint)
    {
        var target = Folder(fingerprint);
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        Directory.Move(temporaryFolder, target);
        MakeCurrent(fingerprint);
    }

    /// <summary>Records that a plan is the current one, and removes others.</summary>
    public void MakeCurrent(string fingerprint)
    {
        var name = Path.GetFileName(Folder(fingerprint));
        if (File.Exists(_marker) && File.ReadAllText(_marker) == name)
        {
            return;
        }

        AtomicFile.Write(_marker, Encoding.ASCII.GetBytes(name));
        foreach (var other in Directory.GetDirectories(_folder).Where(folder => Path.GetFileName(folder) != name))
        {
            Directory.Delete(other, recursive: true);
        }
    }

    private string Folder(string fingerprint) =>
        Path.Combine(_folder, fingerprint.Length > FolderNameLength ? fingerprint.Substring(0, FolderNameLength) : fingerprint);
}
