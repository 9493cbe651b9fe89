using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Runs;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Documents;

/// <summary>
/// Where the user, or a time limit, ended a part of a search before its epochs were done. The same search that is ended at
/// the same places gives the same plan.
/// </summary>
/// <param name="Phase">The part: one of <see cref="Phases"/>.</param>
/// <param name="Epochs">Epochs of it that were done.</param>
/// <param name="Steps">Steps of the next that were done.</param>
internal sealed record EndedPhase(string Phase, int Epochs, int Steps)
{
    /// <summary>The property of documents that lists them.</summary>
    public const string Property = "endedEarly";

    /// <summary>The parts that can end early.</summary>
    public static IReadOnlyList<string> Phases { get; } = [RunPhase.Train, RunPhase.Baseline, RunPhase.Search, RunPhase.Settle, RunPhase.FineTune];

    /// <summary>All of them in words; empty where nothing ended early.</summary>
    public static string Words(IReadOnlyList<EndedPhase> ended) => string.Join(", ", ended.Select(phase => phase.ToString()));

    /// <inheritdoc />
    public override string ToString() => FormattableString.Invariant($"{Phase} after {Epochs} epochs") + (Steps > 0 ? FormattableString.Invariant($" and {Steps} steps") : "");

    /// <summary>Writes those of a document, where there are any.</summary>
    public static void Write(JsonTextWriter json, IReadOnlyList<EndedPhase> ended)
    {
        if (ended.Count == 0)
        {
            return;
        }

        json.WritePropertyName(Property);
        json.WriteStartArray();
        foreach (var phase in ended)
        {
            json.WriteStartObject();
            json.Property("phase", phase.Phase);
            json.Property("epochs", phase.Epochs);
            json.Property("steps", phase.Steps);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads those of a document.</summary>
    public static IReadOnlyList<EndedPhase> Read(StrictObject json) => json.Names.Contains(Property) ? [.. json.Objects(Property).Select(ReadOne)] : [];

    private static EndedPhase ReadOne(StrictObject json)
    {
        var phase = new EndedPhase(json.String("phase"), json.Int("epochs", 0, int.MaxValue), json.Int("steps", 0, int.MaxValue));
        json.End();
        return Phases.Contains(phase.Phase) ? phase : throw json.Wrong("phase", "is not one of " + string.Join(", ", Phases));
    }
}
