using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Settings;
using AbsBuildTasks.Plans.Targets;
using AbsBuildTasks.Search;
using AbsBuildTasks.Search.Contract;
using AbsBuildTasks.Search.Engine;
using static TorchSharp.torch;

namespace AbsBuildTasks.Tracing.Tests.Infrastructure;

/// <summary>Searches for a target that quantises sums, and the files that come of them.</summary>
internal static class SumSearch
{
    /// <summary>Searches, and exports what it found; what a search tells comes before what the export tells.</summary>
    public static (string Plan, byte[] Weights, string[] Told, double Metric, double NetworkMetric, string[] Tells) Run(string name, string? exported = null, bool fuses = true) =>
        Rewritten.Run<(string, byte[], string[], double, double, string[])>(SearchAndExport, name, exported ?? name, fuses);

    /// <summary>A search for a target that quantises sums.</summary>
    public static SearchJob Job() => new()
    {
        Model = "any",
        Fingerprint = new string('0', 64),
        Settings = new()
        {
            Budget = Budget.Parse("size=60%"),
            KeepFirstAndLast = false,
            DeployTarget = TargetTable.Find("onnxruntime-cpu")!,
            BatchSize = 16,
            TrainEpochs = 2,
            SearchEpochs = 1,
            FineTuneEpochs = 3,
            LearningRate = 0.01,
        },
        Context = new ModelContext(".", []),
        Device = CPU,
    };

    private static (string Plan, byte[] Weights, string[] Told, double Metric, double NetworkMetric, string[] Tells) SearchAndExport(string name, string exported, bool isFused)
    {
        var file = Path.GetTempFileName();
        var (told, tells) = (new List<string>(), new List<string>());
        var (job, fuses) = (Job(), isFused ? Target.AllFuses : []);
        try
        {
            using var result = SearchEngine.Run(new SumModel(name), job with { Settings = job.Settings with { DeployTarget = job.Settings.DeployTarget with { Fuses = fuses } }, Tell = told.Add }, _ => { }, CancellationToken.None);
            result.SaveWeights(file);
            var (_, _, record) = new NetworkExport(new SumModel(exported), new ModelContext(".", []), tells.Add, (_, _) => { }, CancellationToken.None)
                .Run(file, "1", OnnxRecord.HighestOpset, quantizesSums: true, inputMultiple: 4, fuses);
            return (PlanJson.Write(result.Plan), File.ReadAllBytes(file), [.. told], record.Metric, record.NetworkMetric, [.. tells]);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
