using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Json;
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
        ["nativeDirectory"] = request.NativeDirectory,
    }.ToString(Formatting.Indented);

    /// <summary>Reads a request; every property must be there, and no other.</summary>
    /// <exception cref="AbsException">ABS9001: the text is no request of this version.</exception>
    public static ExportRequest Read(string text)
    {
        try
        {
            var json = StrictJson.ReadObject(text);
            var request = new ExportRequest
            {
                Version = json.Int("version", ExportRequest.CurrentVersion, ExportRequest.CurrentVersion),
                AssemblyFile = json.String("assemblyFile"),
                TypeName = json.OptionalString("typeName"),
                ProjectDirectory = json.String("projectDirectory"),
                DataFiles = json.Strings("dataFiles"),
                WeightsFile = json.String("weightsFile"),
                OutputFile = json.String("outputFile"),
                NativeDirectory = json.String("nativeDirectory"),
            };
            json.End();
            return request;
        }
        catch (JsonShapeException error)
        {
            throw new AbsException(
                AbsCodes.Defect,
                FormattableString.Invariant($"The export request cannot be read: line {error.Position.Line}: {error.Message}. Tasks and worker must come from one package; please report this."),
                error);
        }
    }
}
