using System.Globalization;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Runs;

/// <summary>Writes steps for programs, with the names that a record has.</summary>
internal static class RunStepJson
{
    /// <summary>Writes a list, indented by 2 spaces, with LF between lines and none at the end.</summary>
    public static string Write(IReadOnlyList<RunStep> steps)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var json = new JsonTextWriter(text) { Formatting = Formatting.Indented, Indentation = 2 };
        json.WriteStartArray();
        foreach (var step in steps)
        {
            json.WriteStartObject();
            json.Property("layer", step.Layer);
            json.Property("tied", step.Tied);
            json.Property("weightBits", step.WeightBits);
            json.Property("activationBits", step.ActivationBits);
            json.Property("keptFilters", step.KeptFilters);
            json.Number("loss", step.Loss.ToString("R", CultureInfo.InvariantCulture));
            json.Number("noise", step.Noise.ToString("R", CultureInfo.InvariantCulture));
            json.Property("bops", step.Bops);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return text.ToString();
    }
}
