using System.Text;
using AbsBuildTasks.Plans.Caching;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Noise;

namespace AbsBuildTasks.State;

/// <summary>What the project's <c>obj</c> folder holds for a model: its current plan, and the files beside it.</summary>
/// <remarks>
/// <c>abs/plans/&lt;model&gt;/&lt;fingerprint&gt;/</c> appears by one rename when it is whole, then <c>current</c> beside
/// it names it. A build that is killed at any moment so leaves the old plan or the new one.
/// </remarks>
/// <param name="stateDirectory">The project's folder in <c>obj</c>.</param>
/// <param name="model">The model's name.</param>
/// <param name="lockId">What stands for the decisions under which its plans were trained; empty where they were found.</param>
internal sealed class ModelState(string stateDirectory, string model, string lockId = "")
{
    private const int FolderNameLength = 16;

    private readonly string _folder = Path.Combine(stateDirectory, "plans", model);

    private IReadOnlyList<string> Names => ResultFile.NamesOf(model);

    private string Marker => Path.Combine(_folder, "current");

    /// <summary>The name of a fingerprint's folders.</summary>
    /// <param name="fingerprint">The fingerprint.</param>
    /// <param name="lockId">What stands for the decisions that were given; empty where they are found.</param>
    public static string FolderName(string fingerprint, string lockId) =>
        (fingerprint.Length > FolderNameLength ? fingerprint.Substring(0, FolderNameLength) : fingerprint) + (lockId.Length > 0 ? "-" + lockId : "");

    /// <summary>The same for plans that training under given decisions made, which are no other build's to take.</summary>
    /// <param name="id">What stands for the decisions.</param>
    public ModelState Under(string id) => new(stateDirectory, model, id);

    /// <summary>The files of a fingerprint's plan, the plan last; whether they exist or not.</summary>
    public IReadOnlyList<string> Files(string fingerprint) => [.. Names.Select(name => Path.Combine(Folder(fingerprint), name))];

    /// <summary>What the budgets of the model's sweep came to, whether the file exists or not. It can be made anew of the points, and changes while the plan stays.</summary>
    public string SweepFile(string fingerprint) => Path.Combine(Folder(fingerprint), model + ResultFile.Sweep.Suffix);

    /// <summary>What searches by other seeds came to, whether the file exists or not. It can be made anew of their plans.</summary>
    public string Noise(string fingerprint) => NoiseFile.PathIn(Folder(fingerprint), model);

    /// <summary>The compressed network as ONNX, whether the file exists or not.</summary>
    public OnnxFile Onnx(string fingerprint) => new(Folder(fingerprint), model);

    /// <summary>What a plan was made from, whether the file exists or not.</summary>
    public string Inputs(string fingerprint) => Path.Combine(Folder(fingerprint), RecordedInputs.NameOf(model));

    /// <summary>The files that this folder holds beside those, once the plan is the current one; also those of a plan that is kept beside it.</summary>
    public IReadOnlyList<string> Records(string fingerprint) =>
    [
        Marker,
        Path.Combine(Folder(fingerprint), FolderRecord.Name),
        .. new[] { Onnx(fingerprint).Record }.Where(File.Exists),
        .. Others(fingerprint).Where(folder => IsKept(folder, fingerprint)).SelectMany(Directory.GetFiles),
    ];

    /// <summary>The plan's path, whether it exists or not.</summary>
    public string PlanFile(string fingerprint) => Path.Combine(Folder(fingerprint), model + ResultFile.Plan.Suffix);

    /// <summary>The path of the plan's weights, whether they exist or not.</summary>
    public string WeightsFile(string fingerprint) => Path.Combine(Folder(fingerprint), model + ResultFile.Weights.Suffix);

    /// <summary>The path of the record of how the plan's search ran, whether it exists or not.</summary>
    public string RunFile(string fingerprint) => Path.Combine(Folder(fingerprint), model + ResultFile.Run.Suffix);

    /// <summary>Whether the plan of a fingerprint is here, whole and as it was put here.</summary>
    public bool Has(string fingerprint) => Directory.Exists(Folder(fingerprint)) && DamagedFile(fingerprint) is null;

    /// <summary>The name of a plan's file that is missing or not as it was put here; null where there is none, or no plan.</summary>
    public string? DamagedFile(string fingerprint) =>
        Directory.Exists(Folder(fingerprint)) ? FolderRecord.FirstDamaged(Folder(fingerprint), Names) : null;

    /// <summary>Whether a plan's folder is there without any of its files: MSBuild removes what the last build has not named, as one without the model.</summary>
    public bool IsEmptied(string fingerprint) =>
        Directory.Exists(Folder(fingerprint)) && !Names.Append(FolderRecord.Name).Any(name => File.Exists(Path.Combine(Folder(fingerprint), name)));

    /// <summary>The plan of the last build that had one, or null.</summary>
    public string? CurrentPlanFile() => CurrentFolder() is { } folder && Path.Combine(folder, model + ResultFile.Plan.Suffix) is var plan && File.Exists(plan) ? plan : null;

    /// <summary>What the current plan was made from; null where there is none, or it is not known.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? CurrentInputs() => CurrentFolder() is { } folder ? RecordedInputs.Read(Path.Combine(folder, RecordedInputs.NameOf(model))) : null;

    /// <summary>Makes a folder in which a plan's files can be gathered, and removes what killed builds left of theirs.</summary>
    public string CreateTemporaryFolder() => GatheringFolder.Create(_folder);

    /// <summary>Takes over a folder that holds all of a plan's files.</summary>
    /// <param name="temporaryFolder">Made by <see cref="CreateTemporaryFolder"/>.</param>
    /// <param name="fingerprint">The plan's.</param>
    /// <exception cref="IOException">A folder is in use; the plan that was there still is.</exception>
    public void Take(string temporaryFolder, Fingerprint fingerprint)
    {
        InputsFile.Write(Path.Combine(temporaryFolder, RecordedInputs.NameOf(model)), fingerprint);
        FolderRecord.Write(temporaryFolder, Names);
        Replace(temporaryFolder, Folder(fingerprint.Hash));
        MakeCurrent(fingerprint.Hash);
    }

    /// <summary>Records that a plan is the current one, and removes those of other fingerprints and other given decisions.</summary>
    /// <remarks>A locked build and one that searches take turns on the same inputs; what one has made is in no cache for the other to take.</remarks>
    public void MakeCurrent(string fingerprint)
    {
        var name = Path.GetFileName(Folder(fingerprint));
        if (File.Exists(Marker) && OrdinaryFile.ReadAllText(Marker) == name)
        {
            return;
        }

        AtomicFile.Write(Marker, Encoding.ASCII.GetBytes(name));
        foreach (var other in Others(fingerprint).Where(folder => !IsKept(folder, fingerprint)))
        {
            Directory.Delete(other, recursive: true);
        }
    }

    private static void Replace(string source, string target)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(source, target);
            return;
        }

        var aside = GatheringFolder.NewPath(Path.GetDirectoryName(target)!);
        Directory.Move(target, aside);
        try
        {
            Directory.Move(source, target);
        }
        catch
        {
            Directory.Move(aside, target);
            throw;
        }

        Directory.Delete(aside, recursive: true);
    }

    // A damaged marker names no folder here or elsewhere.
    private string? CurrentFolder() => File.Exists(Marker) && OrdinaryFile.ReadAllText(Marker).Trim() is { Length: >= FolderNameLength } name && name.All(character => Uri.IsHexDigit(character) || character == '-')
        ? Path.Combine(_folder, name)
        : null;

    private IEnumerable<string> Others(string fingerprint) =>
        Directory.GetDirectories(_folder).Where(folder => Path.GetFileName(folder) != FolderName(fingerprint, lockId) && !GatheringFolder.Is(folder));

    private bool IsKept(string folder, string fingerprint)
    {
        var searched = FolderName(fingerprint, lockId: "");
        var name = Path.GetFileName(folder);
        return lockId.Length > 0 ? name == searched : name.StartsWith(searched + "-", StringComparison.Ordinal);
    }

    private string Folder(string fingerprint) => Path.Combine(_folder, FolderName(fingerprint, lockId));
}
