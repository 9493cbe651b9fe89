using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Text;

namespace AbsBuildTasks.Plans.Runs;

/// <summary>How a search ran, from the record that it leaves beside its plan.</summary>
internal sealed record RunHistory
{
    // Larger numbers are no losses, and their differences could leave the range of a double.
    private const double LargestNumber = 1e30;

    /// <summary>The largest file that is read, in bytes: 100 epochs of 300 layers take 4 MB.</summary>
    public const int MaxLength = 1 << 24;

    /// <summary>What it ran on: <c>cpu</c>, <c>cuda:0</c>.</summary>
    public string? Device { get; init; }

    /// <summary>TorchSharp's version.</summary>
    public string? TorchSharp { get; init; }

    /// <summary>Seconds the search took.</summary>
    public double? Seconds { get; init; }

    /// <summary>What the search warned of.</summary>
    public IReadOnlyList<RunWarning> Warnings { get; init; } = [];

    /// <summary>Each time that the plan was kept without a search, in their order.</summary>
    internal IReadOnlyList<KeptRun> Kept { get; init; } = [];

    /// <summary>Every epoch, in the order they ran.</summary>
    public IReadOnlyList<RunEpoch> Epochs { get; init; } = [];

    /// <summary>What the compressed network does on its test data; null where the record does not tell.</summary>
    public RunTest? Test { get; init; }

    /// <summary>What one step from the plan's decisions would do; empty where that is not known.</summary>
    public IReadOnlyList<RunStep> Steps => Epochs.LastOrDefault(epoch => epoch.Steps.Count > 0)?.Steps ?? [];

    /// <summary>Reads a record. Properties that are not known are passed over: records tell more with every version.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Null where there is no such file.</returns>
    /// <exception cref="AbsException">ABS4008: the file is not a record.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static RunHistory? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        return Parse(OrdinaryFile.ReadTextAtMost(path, MaxLength) ?? throw Invalid(path, "the file is too large"), path);
    }

    /// <summary>Reads a record from its text.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="sourceName">What the text is called in messages.</param>
    /// <exception cref="AbsException">ABS4008: the text is not a record.</exception>
    public static RunHistory Parse(string text, string sourceName)
    {
        try
        {
            var record = StrictJson.ReadObject(text);
            return new()
            {
                Device = Has(record, "device") ? record.OptionalString("device") : null,
                TorchSharp = Has(record, "torchSharp") ? record.OptionalString("torchSharp") : null,
                Seconds = Number(record, "seconds"),
                Warnings = RunWarning.Read(record),
                Kept = KeptRun.Read(record),
                Test = RunTest.Read(record),
                Epochs = [.. record.Objects("epochs").Select(Epoch)],
            };
        }
        catch (JsonShapeException error)
        {
            throw Invalid(sourceName, error.Message, error);
        }
    }

    private static RunEpoch Epoch(StrictObject epoch) => new()
    {
        Phase = epoch.String("phase"),
        Number = Has(epoch, "epoch") ? epoch.Int("epoch", 0, int.MaxValue) : null,
        Loss = Number(epoch, "loss"),
        TestLoss = Number(epoch, RunEpoch.TestLossProperty),
        Metric = Number(epoch, "metric"),
        RelativeBops = Number(epoch, "relativeBops"),
        Target = Number(epoch, "target"),
        Steps = RunStep.Read(epoch),
        Layers = Has(epoch, "layers") ? [.. epoch.Objects("layers").Select(RunLayer.Read)] : [],
    };

    private static double? Number(StrictObject json, string name)
    {
        var value = Has(json, name) ? json.OptionalDouble(name) : null;
        return value is { } number && Math.Abs(number) > LargestNumber ? throw json.Wrong(name, "is out of range -1e30 to 1e30") : value;
    }

    private static bool Has(StrictObject json, string name) => json.Names.Contains(name);

    private static AbsException Invalid(string sourceName, string problem, Exception? cause = null) => new(
        AbsCodes.InvalidRunRecord,
        $"{Printable.Escape(sourceName)} is not the record of a search: {problem}. Reports go without it; delete the file, or build with AbsSearchMode=force to make it anew.",
        cause);
}
