using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Runs;
using AbsBuildTasks.Plans.Text;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>
/// The lines a worker writes: <c>{"abs":1,"kind":"done"}</c>. The user's code runs in the same process and prints what
/// it likes, so a line counts only if it is to the letter what <see cref="Write(WorkerEvent)"/> makes.
/// </summary>
internal static class WorkerEventJson
{
    private const int CurrentVersion = 1;
    private const int CodeLength = 7;
    private const string Start = "{\"abs\":";

    /// <summary>Whether a text is a code such as <c>ABS3005</c>.</summary>
    public static bool IsCode(string code) =>
        code.Length == CodeLength && code.StartsWith("ABS", StringComparison.Ordinal) && code.Skip(3).All(character => character is >= '0' and <= '9');

    /// <summary>Writes an event as one line of ASCII, which any console's encoding keeps, without the line's end.</summary>
    public static string Write(WorkerEvent workerEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using var json = new JsonTextWriter(text) { StringEscapeHandling = StringEscapeHandling.EscapeNonAscii };
        json.WriteStartObject();
        json.WritePropertyName("abs");
        json.WriteValue(CurrentVersion);
        switch (workerEvent)
        {
            case ProgressEvent progress:
                Write(json, "kind", "progress");
                Write(json, "phase", progress.Phase);
                Write(json, "epoch", progress.Epoch);
                Write(json, "epochs", progress.Epochs);
                Write(json, "loss", progress.Loss);
                Write(json, "metric", progress.Metric);
                Write(json, "relativeBops", progress.RelativeBops);
                Write(json, "metricName", progress.MetricName);
                Write(json, "done", progress.Done);
                Write(json, RunEpoch.TestLossProperty, progress.TestLoss);
                break;
            case StepEvent step:
                Write(json, "kind", "step");
                Write(json, "phase", step.Phase);
                Write(json, "epoch", step.Epoch);
                Write(json, "epochs", step.Epochs);
                Write(json, "step", step.Step);
                Write(json, "steps", step.Steps);
                Write(json, "done", step.Done);
                break;
            case LimitEvent limit:
                Write(json, "kind", "limit");
                Write(json, "relativeBops", limit.RelativeBops);
                break;
            case LayersEvent layers:
                Write(json, "kind", "layers");
                Write(json, "phase", layers.Phase);
                Write(json, "done", layers.Done);
                Write(json, layers.Layers);
                break;
            case MessageEvent message:
                Write(json, "kind", "message");
                Write(json, "text", Shown(message.Text));
                break;
            case WarningEvent warning:
                Write(json, "kind", "warning");
                Write(json, "code", warning.Code);
                Write(json, "text", Shown(warning.Text));
                break;
            case ErrorEvent error:
                Write(json, "kind", "error");
                Write(json, "code", error.Code);
                Write(json, "text", Shown(error.Text));
                Write(json, "layer", error.Layer);
                break;
            case DoneEvent:
                Write(json, "kind", "done");
                break;
            default:
                throw new ArgumentException($"{workerEvent.GetType().Name} has no line.", nameof(workerEvent));
        }

        json.WriteEndObject();
        return text.ToString();
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">A line of the worker's standard output, without its end.</param>
    /// <param name="workerEvent">The event, where the line is one.</param>
    /// <returns>Whether the line is an event; anything else is the user's own output.</returns>
    public static bool TryRead(string line, [NotNullWhen(true)] out WorkerEvent? workerEvent)
    {
        workerEvent = null;
        if (!line.StartsWith(Start, StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            var read = Read(StrictJson.ReadObject(line));
            workerEvent = Write(read) == line ? read : null;
        }
        catch (JsonShapeException)
        {
            return false;
        }

        return workerEvent is not null;
    }

    /// <summary>Reads an event's properties.</summary>
    /// <exception cref="JsonShapeException">It is no event.</exception>
    internal static WorkerEvent Read(StrictObject json) => json.String("kind") switch
    {
        "progress" => new ProgressEvent(
            json.String("phase"),
            json.Int("epoch", 0, int.MaxValue),
            json.Int("epochs", 0, int.MaxValue),
            json.OptionalDouble("loss"),
            json.OptionalDouble("metric"),
            json.OptionalDouble("relativeBops"),
            json.OptionalString("metricName"),
            json.Int("done", 0, int.MaxValue),
            json.Names.Contains(RunEpoch.TestLossProperty) ? json.OptionalDouble(RunEpoch.TestLossProperty) : null),
        "step" => new StepEvent(json.String("phase"), json.Int("epoch", 1, int.MaxValue), json.Int("epochs", 1, int.MaxValue), json.Int("step", 0, int.MaxValue), json.Int("steps", 1, int.MaxValue), json.Int("done", 0, int.MaxValue)),
        "limit" => new LimitEvent(json.Double("relativeBops")),
        "layers" => new LayersEvent(json.String("phase"), json.Int("done", 0, int.MaxValue), [.. json.Objects("layers").Select(RunLayer.Read)]),
        "message" => new MessageEvent(json.String("text")),
        "warning" => new WarningEvent(Code(json), json.String("text")),
        "error" => new ErrorEvent(Code(json), json.String("text"), json.OptionalString("layer")),
        "done" => new DoneEvent(),
        _ => throw json.Wrong("kind", "is not known"),
    };

    private static string Code(StrictObject json)
    {
        var code = json.String("code");
        return IsCode(code) ? code : throw json.Wrong("code", "is not a code");
    }

    // The line also goes to those who watch the build. Model code may have failed at an address with a password in it.
    private static string Shown(string text) => AddressText.WithoutUser(text);

    private static void Write(JsonTextWriter json, IReadOnlyList<RunLayer> layers)
    {
        json.WritePropertyName("layers");
        json.WriteStartArray();
        foreach (var layer in layers)
        {
            json.WriteStartObject();
            Write(json, "name", layer.Name);
            Write(json, "weightBits", layer.WeightBits);
            Write(json, "activationBits", layer.ActivationBits);
            Write(json, "keptFilters", layer.KeptFilters);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(JsonTextWriter json, string name, string? value)
    {
        json.WritePropertyName(name);

        // Half a character would not read back, so it becomes the replacement character here.
        json.WriteValue(value is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value)));
    }

    private static void Write(JsonTextWriter json, string name, int value)
    {
        json.WritePropertyName(name);
        json.WriteValue(value);
    }

    private static void Write(JsonTextWriter json, string name, double? value)
    {
        json.WritePropertyName(name);

        // Adding 0 makes -0 an ordinary one. Six digits read and write alike on every runtime, which the comparison to the letter relies on.
        json.WriteRawValue(value is { } number && !double.IsNaN(number) && !double.IsInfinity(number)
            ? (number + 0.0).ToString("G6", CultureInfo.InvariantCulture)
            : "null");
    }
}
