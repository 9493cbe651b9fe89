using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Settings;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>What documents say of a metric so that its differences can be judged. Older ones say nothing of it.</summary>
internal static class MetricTrust
{
    private const string EqualSteps = "equal-steps";
    private const string AsTrained = "as-trained";

    /// <summary>The word for what the full-precision network had learned; null where that is not known.</summary>
    public static string? Word(BaselineKind? baseline) => baseline switch
    {
        BaselineKind.EqualSteps => EqualSteps,
        BaselineKind.AsTrained => AsTrained,
        _ => null,
    };

    /// <summary>Writes what is known.</summary>
    public static void Write(JsonTextWriter json, bool lowerIsBetter, BaselineKind? baseline, int? examples, double? noise)
    {
        if (lowerIsBetter)
        {
            json.WritePropertyName("lowerIsBetter");
            json.WriteValue(true);
        }

        if (Word(baseline) is { } word)
        {
            json.Property("baseline", word);
        }

        if (examples is { } count)
        {
            json.Property("examples", count);
        }

        if (noise is { } margin)
        {
            json.Number("noise", PlanNumber.Metric(margin));
        }
    }

    /// <summary>Reads whether the metric is an error; documents of others do not say it.</summary>
    public static bool LowerIsBetter(StrictObject json) => json.Names.Contains("lowerIsBetter")
        && (json.Boolean("lowerIsBetter") ? true : throw json.Wrong("lowerIsBetter", "is false, which is not written"));

    /// <summary>Reads what the full-precision network had learned.</summary>
    public static BaselineKind? Baseline(StrictObject json) => !json.Names.Contains("baseline") ? null : json.String("baseline") switch
    {
        EqualSteps => BaselineKind.EqualSteps,
        AsTrained => BaselineKind.AsTrained,
        _ => throw json.Wrong("baseline", $"is not \"{EqualSteps}\" or \"{AsTrained}\""),
    };

    /// <summary>Reads the number of test examples.</summary>
    public static int? Examples(StrictObject json) => json.Names.Contains("examples") ? json.Int("examples", 1, int.MaxValue) : null;

    /// <summary>Reads the noise.</summary>
    public static double? Noise(StrictObject json) => json.Names.Contains("noise") ? json.Double("noise") : null;
}
