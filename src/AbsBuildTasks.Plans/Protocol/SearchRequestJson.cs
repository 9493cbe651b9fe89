using AbsBuildTasks.Plans.Errors;
using AbsBuildTasks.Plans.Fingerprints;
using AbsBuildTasks.Plans.Json;
using AbsBuildTasks.Plans.Settings;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace AbsBuildTasks.Plans.Protocol;

/// <summary>The text of a <see cref="SearchRequest"/>.</summary>
internal static class SearchRequestJson
{
    /// <summary>Writes a request.</summary>
    public static string Write(SearchRequest request) => new JObject
    {
        ["version"] = request.Version,
        ["model"] = request.Model,
        ["assemblyFile"] = request.AssemblyFile,
        ["typeName"] = request.TypeName,
        ["projectDirectory"] = request.ProjectDirectory,
        ["dataFiles"] = new JArray(request.DataFiles),
        ["startingWeights"] = request.StartingWeights,
        ["warmStart"] = request.WarmStart,
        ["warmStartHash"] = request.WarmStartHash,
        ["latencyTable"] = request.LatencyTable,
        ["fingerprint"] = request.Fingerprint,
        ["settings"] = Settings(request.Settings),
        ["device"] = request.Device,
        ["outputDirectory"] = request.OutputDirectory,
        ["checkpointDirectory"] = request.CheckpointDirectory,
        ["stageDirectory"] = request.StageDirectory,
        ["trainingKey"] = request.TrainingKey,
        ["baselineKey"] = request.BaselineKey,
        ["searchKey"] = request.SearchKey,
        ["afresh"] = request.Afresh,
        ["stopAfterSeconds"] = request.StopAfterSeconds,
        ["lockFile"] = request.LockFile,
        ["nativeDirectory"] = request.NativeDirectory,
    }.ToString(Formatting.Indented);

    /// <summary>Reads a request; every property must be there, and no other.</summary>
    /// <exception cref="AbsException">ABS9001: the text is no request of this version. ABS1003 to ABS1005, ABS1011 to ABS1014: a setting is out of range.</exception>
    public static SearchRequest Read(string text) => RequestJson.Read(text, "search", json => new SearchRequest
    {
        Version = json.Int("version", SearchRequest.CurrentVersion, SearchRequest.CurrentVersion),
        Model = json.String("model"),
        AssemblyFile = json.String("assemblyFile"),
        TypeName = json.OptionalString("typeName"),
        ProjectDirectory = json.String("projectDirectory"),
        DataFiles = json.Strings("dataFiles"),
        StartingWeights = json.OptionalString("startingWeights"),
        WarmStart = json.OptionalString("warmStart"),
        WarmStartHash = json.OptionalString("warmStartHash"),
        LatencyTable = json.OptionalString("latencyTable"),
        Fingerprint = json.String("fingerprint"),
        Settings = SettingsTable.FromJson(json.Object("settings")),
        Device = json.String("device"),
        OutputDirectory = json.String("outputDirectory"),
        CheckpointDirectory = json.OptionalString("checkpointDirectory"),
        StageDirectory = json.OptionalString("stageDirectory"),
        TrainingKey = json.OptionalString("trainingKey"),
        BaselineKey = json.OptionalString("baselineKey"),
        SearchKey = json.OptionalString("searchKey"),
        Afresh = Stage(json, "afresh"),
        StopAfterSeconds = json.OptionalDouble("stopAfterSeconds"),
        LockFile = json.OptionalString("lockFile"),
        NativeDirectory = json.String("nativeDirectory"),
    });

    // An unknown one must not pass for none: the search would take what it was told to make anew.
    private static string? Stage(StrictObject json, string name)
    {
        var title = json.OptionalString(name);
        return title is null || SearchStage.Of(title) is not null ? title : throw json.Wrong(name, "is not the title of a stage");
    }

    private static JObject Settings(SearchSettings settings) =>
        new(SettingsTable.All.Select(setting => new JProperty(setting.JsonName, setting.ToJson(settings))));
}
