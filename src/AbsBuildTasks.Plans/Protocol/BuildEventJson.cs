using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>
/// The lines of an events file: <c>{"model":"digits","started":{"budget":0.05,"epochs":30}}</c>, then
/// <c>{"model":"digits","seconds":12.3,"event":…}</c> around each line of the worker.
/// </summary>
internal static class BuildEventJson
{
    /// <summary>Writes an event as one line of ASCII, without the line's end.</summary>
    public static string Write(BuildEvent buildEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using var json = new JsonTextWriter(text) { StringEscapeHandling = StringEscapeHandling.EscapeNonAscii };
        json.WriteStartObject();
        json.WritePropertyName("model");
        json.WriteValue(buildEvent.Model);
        switch (buildEvent)
        {
            case SearchStarted started:
                json.WritePropertyName("started");
                json.WriteStartObject();
                json.WritePropertyName("budget");
                json.WriteValue(started.Budget);
                json.WritePropertyName("epochs");
                json.WriteValue(started.Epochs);
                json.WriteEndObject();
                break;
            case SearchReported reported:
                if (reported.Seconds is { } seconds)
                {
                    json.WritePropertyName("seconds");
                    json.WriteValue(seconds);
                }

                json.WritePropertyName("event");
                json.WriteRawValue(WorkerEventJson.Write(reported.Event));
                break;
            default:
                throw new ArgumentException($"{buildEvent.GetType().Name} has no line.", nameof(buildEvent));
        }

        json.WriteEndObject();
        return text.ToString();
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">A line of the file, without its end.</param>
    /// <param name="buildEvent">The event, where the line is one.</param>
    /// <returns>Whether the line is an event that this version knows.</returns>
    public static bool TryRead(string line, [NotNullWhen(true)] out BuildEvent? buildEvent)
    {
        try
        {
            var json = StrictJson.ReadObject(line);
            buildEvent = Read(json);
            json.End();
            return true;
        }
        catch (JsonShapeException)
        {
            buildEvent = null;
            return false;
        }
    }

    private static BuildEvent Read(StrictObject json)
    {
        var model = json.String("model");
        if (!json.Names.Contains("started"))
        {
            var seconds = json.Names.Contains("seconds") ? json.OptionalDouble("seconds") : null;
            return new SearchReported(model, WorkerEventJson.Read(json.Object("event")), seconds);
        }

        var started = json.Object("started");
        var read = new SearchStarted(model, started.OptionalDouble("budget"), started.Int("epochs", 0, int.MaxValue));
        started.End();
        return read;
    }
}
