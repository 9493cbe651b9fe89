using System.Text;
using AbsBuildTasks.Plans.Files;
using AbsBuildTasks.Plans.Json;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Latency;

/// <summary>The text of a <see cref="FileTiming"/>.</summary>
internal static class FileTimingJson
{
    private const int MaxLength = 1 << 16;

    /// <summary>Writes a file atomically.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteFile(string path, FileTiming timing) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(Write(timing)));

    /// <summary>Reads a file; null where there is none, or one that says nothing of the kind: what was measured can be measured again.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FileTiming? TryReadFile(string path) => File.Exists(path) && OrdinaryFile.ReadTextAtMost(path, MaxLength) is { } text ? TryRead(text) : null;

    /// <summary>Writes times.</summary>
    public static string Write(FileTiming timing) => new JObject
    {
        ["schemaVersion"] = FileTiming.CurrentSchemaVersion,
        ["machine"] = timing.Machine,
        ["runtime"] = timing.Runtime,
        ["threads"] = timing.Threads,
        ["batch"] = timing.Batch,
        ["nanoseconds"] = timing.Nanoseconds,
        ["floatNanoseconds"] = timing.FloatNanoseconds,
    }.ToString(Formatting.Indented).Replace("\r\n", "\n");

    /// <summary>Reads times; null where the text is another.</summary>
    public static FileTiming? TryRead(string text)
    {
        try
        {
            var json = StrictJson.ReadObject(text);
            json.Int("schemaVersion", FileTiming.CurrentSchemaVersion, FileTiming.CurrentSchemaVersion);
            var timing = new FileTiming
            {
                Machine = json.String("machine"),
                Runtime = json.String("runtime"),
                Threads = json.Int("threads", 1, int.MaxValue),
                Batch = json.Int("batch", 1, int.MaxValue),
                Nanoseconds = json.Long("nanoseconds"),
                FloatNanoseconds = json.Long("floatNanoseconds"),
            };
            json.End();
            return timing is { Nanoseconds: > 0, FloatNanoseconds: > 0 } ? timing : null;
        }
        catch (JsonShapeException)
        {
            return null;
        }
    }
}
