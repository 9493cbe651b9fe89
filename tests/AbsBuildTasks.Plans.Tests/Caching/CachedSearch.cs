using System.Globalization;
using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Tests.Infrastructure;

namespace AbsBuildTasks.Plans.Tests.Caching;

/// <summary>Searches that tests put into a cache, numbered.</summary>
internal static class CachedSearch
{
    public const string Model = "digits";

    /// <summary>The fingerprint of a number.</summary>
    public static string Key(int number) => number.ToString("x64", CultureInfo.InvariantCulture);

    /// <summary>Writes the files of a search: weights and record as given, and the plan of the number's fingerprint.</summary>
    public static string[] Files(TemporaryFolder folder, int number, string weights = "weights", string run = "{}") =>
    [
        folder.Write($"in{number}/digits.weights.zip", SampleWeights.Of(SamplePlan.Digits, weights)),
        folder.Write($"in{number}/digits.run.json", run),
        folder.Write($"in{number}/digits.plan.json", PlanJson.Write(SamplePlan.Digits with { Fingerprint = Key(number) })),
    ];
}
