using AbsBuildTasks.Plans.Errors;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>The text of a <see cref="ProfileRequest"/>.</summary>
internal static class ProfileRequestJson
{
    /// <summary>Writes a request.</summary>
    public static string Write(ProfileRequest request) => new JObject
    {
        ["version"] = request.Version,
        ["model"] = request.Model,
        ["assemblyFile"] = request.AssemblyFile,
        ["typeName"] = request.TypeName,
        ["projectDirectory"] = request.ProjectDirectory,
        ["dataFiles"] = new JArray(request.DataFiles),
        ["threads"] = request.Threads,
        ["batch"] = request.Batch,
        ["inputMultiple"] = request.InputMultiple,
        ["outputFile"] = request.OutputFile,
        ["nativeDirectory"] = request.NativeDirectory,
    }.ToString(Formatting.Indented);

    /// <summary>Reads a request; every property must be there, and no other.</summary>
    /// <exception cref="AbsException">ABS9001: the text is no request of this version.</exception>
    public static ProfileRequest Read(string text) => RequestJson.Read(text, "profile", json => new ProfileRequest
    {
        Version = json.Int("version", ProfileRequest.CurrentVersion, ProfileRequest.CurrentVersion),
        Model = json.String("model"),
        AssemblyFile = json.String("assemblyFile"),
        TypeName = json.OptionalString("typeName"),
        ProjectDirectory = json.String("projectDirectory"),
        DataFiles = json.Strings("dataFiles"),
        Threads = json.Int("threads", 1, ProfileRequest.MostThreads),
        Batch = json.Int("batch", 1, ProfileRequest.MostExamples),
        InputMultiple = json.Int("inputMultiple", 1, int.MaxValue),
        OutputFile = json.String("outputFile"),
        NativeDirectory = json.String("nativeDirectory"),
    });
}
