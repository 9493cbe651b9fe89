using AbsBuildTasks.Plans.Errors;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>The text of a <see cref="TimingRequest"/>.</summary>
internal static class TimingRequestJson
{
    /// <summary>Writes a request.</summary>
    public static string Write(TimingRequest request) => new JObject
    {
        ["version"] = request.Version,
        ["file"] = request.File,
        ["floatFile"] = request.FloatFile,
        ["outputFile"] = request.OutputFile,
    }.ToString(Formatting.Indented);

    /// <summary>Reads a request; every property must be there, and no other.</summary>
    /// <exception cref="AbsException">ABS9001: the text is no request of this version.</exception>
    public static TimingRequest Read(string text) => RequestJson.Read(text, "timing", json => new TimingRequest
    {
        Version = json.Int("version", TimingRequest.CurrentVersion, TimingRequest.CurrentVersion),
        File = json.String("file"),
        FloatFile = json.String("floatFile"),
        OutputFile = json.String("outputFile"),
    });
}
