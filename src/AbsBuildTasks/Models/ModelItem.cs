using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Noise;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Snapshots;
using AbsBuildTasks.Plans.Text;
using Microsoft.Build.Framework;

namespace AbsBuildTasks.Models;

/// <summary>One <c>AbsModel</c> item of a project, read and checked.</summary>
internal sealed record ModelItem
{
    /// <summary>The item as MSBuild gave it.</summary>
    public required ITaskItem Item { get; init; }

    /// <summary>The item's <c>Include</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Full name of the type, or null where the assembly has just one.</summary>
    public string? Type { get; init; }

    /// <summary>How to search.</summary>
    public required SearchSettings Settings { get; init; }

    /// <summary>The model with a budget, and no others.</summary>
    public ModelItem With(Budget budget) => this with { Settings = Settings with { Budget = budget, Sweep = BudgetSweep.None } };

    /// <summary>The model by another seed, with its own budget alone.</summary>
    public ModelItem With(int seed) => this with { Settings = Settings with { Seed = seed, Sweep = BudgetSweep.None } };

    /// <summary>The starting weights, or null.</summary>
    public InputFile? StartingWeights { get; init; }

    /// <summary>Delivered weights that the search starts from, or null.</summary>
    public InputFile? WarmStart { get; init; }

    /// <summary>The latency table, where latency is a cost; else null.</summary>
    public ModelLatency? Latency { get; init; }

    /// <summary>The file that describes the target, or null. The settings have what it says.</summary>
    public InputFile? TargetSource { get; init; }

    /// <summary>Every file the model may read.</summary>
    public required IReadOnlyList<InputFile> DataFiles { get; init; }

    /// <summary>The folders in which patterns looked for them.</summary>
    public IReadOnlyList<string> DataFolders { get; init; } = [];

    /// <summary>The item's own way for data files to take part in the fingerprint, or null for the project's.</summary>
    public string? DataFingerprint { get; init; }

    /// <summary>How many seeds the noise of its plans is measured by; null where that is only done when asked for.</summary>
    public int? Seeds { get; init; }

    /// <summary>What is wanted of its network as ONNX.</summary>
    public OnnxWish Onnx { get; init; } = new();

    /// <summary>Reads a project's models.</summary>
    /// <param name="items">The <c>AbsModel</c> items.</param>
    /// <param name="projectDirectory">Full path of the project's folder.</param>
    /// <param name="outputFolders">Folders that builds write to; patterns of data files do not go into them.</param>
    /// <param name="snapshotDirectory">The folder of the snapshots, in which latency tables lie where nothing else is said; null to do without tables.</param>
    /// <exception cref="AbsException">ABS1003 to ABS1006, ABS1011 to ABS1014, ABS1041 to ABS1043, ABS2001, ABS2007, ABS3022: an item's values; the message names the item.</exception>
    public static IReadOnlyList<ModelItem> ReadAll(IEnumerable<ITaskItem> items, string projectDirectory, IReadOnlyList<string> outputFolders, string? snapshotDirectory = null)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. items.Select(item => Read(item, names, projectDirectory, outputFolders, snapshotDirectory))];
    }

    private static ModelItem Read(ITaskItem item, HashSet<string> names, string projectDirectory, IReadOnlyList<string> outputFolders, string? snapshotDirectory)
    {
        var name = ModelName.Validate(item.ItemSpec);
        if (!names.Add(name))
        {
            throw new AbsException(AbsCodes.InvalidModelName, $"Two AbsModel items are named '{name}'; give each a name of its own.");
        }

        try
        {
            var metadata = new ItemMetadata(item);
            var walk = new DataFolderWalk(projectDirectory, outputFolders);
            var target = TargetFile.Find(metadata.Text(nameof(SearchSettings.DeployTarget)), projectDirectory);
            var settings = ReadSettings(metadata, target);
            var model = new ModelItem
            {
                Item = item,
                Name = name,
                Type = metadata.Text("Type"),
                Settings = settings,
                TargetSource = target,
                StartingWeights = metadata.Text("Checkpoint") is { } checkpoint ? ReadCheckpoint(checkpoint, projectDirectory) : null,
                WarmStart = metadata.Text("WarmStart") is { } start ? WarmStartItem.Read(start, metadata.Text("Checkpoint"), projectDirectory, snapshotDirectory is null ? [] : outputFolders.Where(folder => folder != snapshotDirectory)) : null,
                Latency = metadata.Text("LatencyTable") is var table && snapshotDirectory is not null ? ModelLatency.Of(name, table, settings, projectDirectory, snapshotDirectory) : null,
                DataFiles = DataFileList.Expand(metadata.Text("DataFiles") ?? "", projectDirectory, walk),
                DataFolders = walk.Visited,
                Seeds = metadata.Text("Seeds") is { } seeds ? ReadSeeds(seeds) : null,
                Onnx = OnnxWish.Of(metadata),
                DataFingerprint = DataCover.Own(metadata.Text("DataFingerprint")),
            };

            // Of use only after the search, which a misspelt word would cost.
            _ = SnapshotRule.Default.With(metadata.Text("SnapshotPolicy"), metadata.Text("Tolerance"));
            metadata.RefuseUnknown();
            return model;
        }
        catch (AbsException exception)
        {
            var detail = $"AbsModel '{name}': {exception.Detail}";
            throw exception.Place is { } place ? new(exception.Code, place, detail, exception) : new AbsException(exception.Code, detail, exception);
        }
    }

    private static SearchSettings ReadSettings(ItemMetadata metadata, InputFile? target)
    {
        var (budget, described) = (BudgetText(metadata), target is null ? null : TargetFile.Read(target).ToString());
        return SettingsTable.Parse(name => name switch
        {
            nameof(SearchSettings.Budget) => budget,
            nameof(SearchSettings.DeployTarget) => described ?? metadata.Text(name),
            _ => metadata.Text(name),
        });
    }

    private static string BudgetText(ItemMetadata metadata) => (metadata.Text("Budget"), metadata.Text("Lambda")) switch
    {
        (null, null) when metadata.MeantToBe("Budget") is { } near => throw new AbsException(AbsCodes.InvalidSetting, $"{near} is no setting of a model; did you mean Budget?"),
        (null, null) => throw new AbsException(AbsCodes.InvalidBudget, "it has no Budget; write for example Budget=\"bops=5%\"."),
        (not null, not null) => throw new AbsException(AbsCodes.InvalidBudget, "it has a Budget and a Lambda; state one of them."),
        (null, { } lambda) => "lambda=" + lambda,
        ({ } budget, null) => budget,
    };

    private static int ReadSeeds(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seeds) && seeds is >= NoiseBand.LeastRuns and <= NoiseBand.MostRuns
            ? seeds
            : throw new AbsException(AbsCodes.InvalidSetting, FormattableString.Invariant($"Seeds=\"{Printable.Escape(text)}\" is not a whole number from {NoiseBand.LeastRuns} to {NoiseBand.MostRuns}."));

    private static InputFile ReadCheckpoint(string path, string projectDirectory)
    {
        var file = InputFile.At(path, projectDirectory);
        return File.Exists(file.FullPath)
            ? file
            : throw new AbsException(AbsCodes.InvalidCheckpoint, $"Checkpoint=\"{path}\" does not exist in the project's folder; add it, or correct the path.");
    }
}
