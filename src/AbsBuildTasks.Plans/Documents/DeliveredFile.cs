using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Latency;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>What is known of the ONNX file that a plan came to, from what lies beside the plan. Another build may say something else: it is no part of the plan.</summary>
/// <param name="Record">What the build wrote of the file.</param>
/// <param name="Timing">How long it takes; null where nobody has measured it.</param>
internal sealed record DeliveredFile(OnnxRecord Record, FileTiming? Timing)
{
    /// <summary>What follows a model's name in the name of the record.</summary>
    public const string RecordSuffix = ".onnx.json";

    private const string PlanEnding = ".plan.";

    /// <summary>Looks beside a plan.</summary>
    /// <param name="planFile">The plan's file.</param>
    /// <returns>Null where there is nothing, or nothing that can be read.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static DeliveredFile? TryFind(string planFile)
    {
        var record = PathOf(planFile, RecordSuffix);
        try
        {
            return File.Exists(record) ? new(OnnxRecordJson.ReadFile(record), FileTimingJson.TryReadFile(PathOf(planFile, FileTiming.Suffix))) : null;
        }
        catch (AbsException exception) when (exception.Code == AbsCodes.InvalidOnnxRecord)
        {
            // A build writes it anew.
            return null;
        }
    }

    /// <summary>Where a file of a plan's model lies that has another ending.</summary>
    public static string PathOf(string planFile, string suffix)
    {
        var name = Path.GetFileName(planFile);
        var end = name.LastIndexOf(PlanEnding, StringComparison.Ordinal);
        return Path.Combine(Path.GetDirectoryName(planFile) ?? "", (end < 0 ? name : name.Substring(0, end)) + suffix);
    }
}
