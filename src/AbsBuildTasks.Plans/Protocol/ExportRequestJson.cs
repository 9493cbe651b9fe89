using AbsBuildTasks.Plans.Documents;
using AbsBuildTasks.Plans.Errors;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>The text of an <see cref="ExportRequest"/>.</summary>
internal static class ExportRequestJson
{
    /// <summary>Writes a request.</summary>
    public static string Write(ExportRequest request) => new JObject
    {
        ["version"] = request.Version,
        ["assemblyFile"] = request.AssemblyFile,
        ["typeName"] = request.TypeName,
        ["projectDirectory"] = request.ProjectDirectory,
        ["dataFiles"] = new JArray(request.DataFiles),
        ["weightsFile"] = request.WeightsFile,
        ["outputFile"] = request.OutputFile,
        ["floatFile"] = request.FloatFile,
        ["highestOpset"] = request.HighestOpset,
        ["quantizesSums"] = request.QuantizesSums,
        ["inputMultiple"] = request.InputMultiple,
        ["fuses"] = new JArray(request.Fuses),
        ["nativeDirectory"] = request.NativeDirectory,
    }.ToString(Formatting.Indented);

    /// <summary>Reads a request; every property must be there, and no other.</summary>
    /// <exception cref="AbsException">ABS9001: the text is no request of this version.</exception>
    public static ExportRequest Read(string text) => RequestJson.Read(text, "export", json => new ExportRequest
    {
        Version = json.Int("version", ExportRequest.CurrentVersion, ExportRequest.CurrentVersion),
        AssemblyFile = json.String("assemblyFile"),
        TypeName = json.OptionalString("typeName"),
        ProjectDirectory = json.String("projectDirectory"),
        DataFiles = json.Strings("dataFiles"),
        WeightsFile = json.OptionalString("weightsFile"),
        OutputFile = json.OptionalString("outputFile"),
        FloatFile = json.OptionalString("floatFile"),
        HighestOpset = json.Int("highestOpset", OnnxRecord.LowestOpset, OnnxRecord.HighestOpset),
        QuantizesSums = json.Boolean("quantizesSums"),
        InputMultiple = json.Int("inputMultiple", 1, int.MaxValue),
        Fuses = json.Strings("fuses"),
        NativeDirectory = json.String("nativeDirectory"),
    });
}
