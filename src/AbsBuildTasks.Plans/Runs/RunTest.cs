using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Runs;

/// <summary>What the compressed network does on its test data, beside the metric.</summary>
/// <param name="Loss">The model's loss, the mean over all examples; null where it cannot be measured there.</param>
/// <param name="Classes">Each class that test data have, in ascending order; empty where there are no classes.</param>
internal sealed record RunTest(double? Loss, IReadOnlyList<RunClass> Classes)
{
    /// <summary>The property of a record that has it.</summary>
    public const string Property = "test";

    private const string LossName = "loss";
    private const string FullPrecisionLossName = "fullPrecisionLoss";
    private const double LargestLoss = 1e30;

    /// <summary>The loss of the full-precision network that the plan is compared with; null where it is not known.</summary>
    public double? FullPrecisionLoss { get; init; }

    /// <summary>Reads that of a record; null where it has none.</summary>
    public static RunTest? Read(StrictObject record)
    {
        if (!record.Names.Contains(Property))
        {
            return null;
        }

        var test = record.Object(Property);
        return new(
            ReadLoss(test, LossName),
            test.Names.Contains("classes") ? [.. test.Objects("classes").Select(ReadClass)] : [])
        {
            FullPrecisionLoss = ReadLoss(test, FullPrecisionLossName),
        };
    }

    /// <summary>Writes it as a value.</summary>
    public void Write(JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value) in new[] { (LossName, Loss), (FullPrecisionLossName, FullPrecisionLoss) })
        {
            if (value is { } loss)
            {
                json.WritePropertyName(name);
                json.WriteValue(loss);
            }
        }

        if (Classes.Count > 0)
        {
            json.WritePropertyName("classes");
            json.WriteStartArray();
            foreach (var one in Classes)
            {
                json.WriteStartObject();
                json.WritePropertyName("class");
                json.WriteValue(one.Class);
                json.WritePropertyName("examples");
                json.WriteValue(one.Examples);
                json.WritePropertyName("hits");
                json.WriteValue(one.Hits);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static double? ReadLoss(StrictObject test, string name) =>
        !test.Names.Contains(name) ? null : test.Double(name) is var loss && Math.Abs(loss) <= LargestLoss ? loss : throw test.Wrong(name, "is out of range -1e30 to 1e30");

    private static RunClass ReadClass(StrictObject json)
    {
        var examples = json.Int("examples", 1, int.MaxValue);
        return new(json.Int("class", 0, int.MaxValue), examples, json.Int("hits", 0, examples));
    }
}
